/**
 * The records of a spool, for upkeep: read as they lie, taken nowhere. Node only.
 * @module
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPieces } from '../record/spool/frames';
import { parseSegment } from '../record/spool/names';

/** Each record's text, with the file and place it stands in. Nothing where there is no such folder. */
export async function* spooledTexts(folder: string): AsyncGenerator<{ name: string; text: string }, void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  for (const file of files.sort()) {
    // A file that another process has just taken in is in the store by now.
    const data = await readFile(join(folder, file)).catch(() => undefined);
    if (!data) continue;
    if (parseSegment(file) === null) yield { name: file, text: data.toString('utf8') };
    else {
      for (const piece of readPieces(data)) {
        if (piece.kind === 'record')
          yield { name: `${file} at ${piece.at}`, text: piece.payload.toString('utf8') };
      }
    }
  }
}
