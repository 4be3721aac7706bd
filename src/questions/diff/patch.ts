/**
 * Finds which files a patch changes, and how much. Pure. Node only.
 * @module
 */
import { counted } from '../words';

/** The change of one file in a patch. */
export interface ChangedFile {
  /** The file's part of the patch. */
  text: string;
  /** For example `12 lines added, 1 removed`. */
  words: string;
}

/** The files of a patch by name, in its order. */
export function changedFiles(patch: string): Map<string, ChangedFile> {
  const files = new Map<string, ChangedFile>();
  for (const text of patch.split(/^(?=diff --git )/m)) {
    if (!text.startsWith('diff --git ')) continue;
    const lines = text.split('\n');
    files.set(nameOf(lines), { text, words: wordsOf(lines) });
  }
  return files;
}

/** Name of the file after the change; for a deleted file its name before. */
function nameOf(lines: readonly string[]): string {
  const [first = ''] = lines;
  const after = lines.find((line) => line.startsWith('+++ b/'))?.slice('+++ b/'.length);
  const before = lines.find((line) => line.startsWith('--- a/'))?.slice('--- a/'.length);
  return (after ?? before ?? / b\/(.*)$/.exec(first)?.[1] ?? first).trimEnd();
}

function wordsOf(lines: readonly string[]): string {
  const hunks = lines.slice(lines.findIndex((line) => line.startsWith('@@')));
  if (!lines.some((line) => line.startsWith('@@'))) return 'changed';
  const added = hunks.filter((line) => line.startsWith('+')).length;
  const removed = hunks.filter((line) => line.startsWith('-')).length;
  return `${counted(added, 'line')} added, ${removed.toLocaleString('en-US')} removed`;
}
