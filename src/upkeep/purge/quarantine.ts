/**
 * Purges what a spool's intake set aside: files of JSON lines, a summary and then one line per stretch with its bytes. The
 * lines stay, so that counts do; what is purged leaves them. Node only.
 * @module
 */
import { join } from 'node:path';
import type { JsonObject } from '../../model/json';
import type { SpoolFiles } from '../../record/spool/files';
import { QUARANTINE } from '../../record/spool/names';
import { editedBytes, writeWhole } from './bytes';
import type { WaitingEdit } from './waiting';

interface Stretch extends JsonObject {
  base64: string;
  length: number;
}

/**
 * @param tag of this process, for the names of drafts; absent: nothing is written
 * @returns stretches that were changed, or would be
 */
export async function purgeQuarantine(
  files: SpoolFiles,
  folder: string,
  edit: WaitingEdit,
  tag: string | undefined,
): Promise<number> {
  const quarantine = join(folder, QUARANTINE);
  if ((await files.stat(quarantine)) === null) return 0;
  let changed = 0;
  for (const name of await files.list(quarantine)) {
    const path = join(quarantine, name);
    const lines = ((await files.read(path)) ?? Buffer.alloc(0)).toString('utf8').split('\n');
    const edited = lines.map((line) => editedLine(line, edit));
    const count = edited.filter((line, index) => line !== lines[index]).length;
    changed += count;
    if (count === 0 || tag === undefined) continue;
    const draft = `${path}.${tag}.draft`;
    await writeWhole(files, draft, Buffer.from(edited.join('\n'), 'utf8'));
    await files.rename(draft, path);
    await files.syncFolder(quarantine);
  }
  return changed;
}

function editedLine(line: string, edit: WaitingEdit): string {
  const stretch = stretchOf(line);
  if (!stretch) return line;
  const bytes = Buffer.from(stretch.base64, 'base64');
  const left = editedBytes(bytes, edit);
  const told = typeof stretch.detail === 'string' && edit.text(stretch.detail);
  if (left === bytes && !told) return line;
  const { detail, ...rest } = stretch;
  const kept = left ?? Buffer.alloc(0);
  return JSON.stringify({
    ...rest,
    ...(detail !== undefined && !told && { detail }),
    length: kept.length,
    base64: kept.toString('base64'),
    purged: true,
  });
}

/** Undefined for the summary, and for a line that was cut short. */
function stretchOf(line: string): Stretch | undefined {
  try {
    const value = JSON.parse(line);
    return typeof value?.base64 === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
