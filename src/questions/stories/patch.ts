/**
 * Parses a patch in git's format: files, and their lines with the kind of change. [isolate-safe]
 * @module
 */

/** A line of a patch. */
export interface PatchLine {
  kind: 'added' | 'removed' | 'same' | 'hunk' | 'note';
  /** Without its sign. */
  text: string;
  /** Numbers of the line before and after, from 1. */
  old?: number;
  new?: number;
}

/** A file of a patch. */
export interface PatchFile {
  /** Name of the file afterwards; for a deleted file its former name. */
  name: string;
  /** Other changes of the file: `new file`, `deleted`, `renamed from x`, `binary`, … */
  notes: string[];
  lines: PatchLine[];
  added: number;
  removed: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** The files of a patch, in its order. Text before the first file is left out. */
export function patchFiles(text: string): PatchFile[] {
  const files: PatchFile[] = [];
  let reading: FileReader | undefined;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('diff --git ')) {
      reading = new FileReader(line);
      files.push(reading.file);
    } else reading?.take(line);
  }
  return files;
}

/** Reads the lines of one file. */
class FileReader {
  readonly file: PatchFile;
  #inside = false;
  #old = 0;
  #new = 0;

  constructor(head: string) {
    const name = / "?b\/(.+?)"?$/.exec(head)?.[1] ?? head.slice('diff --git '.length);
    this.file = { name, notes: [], lines: [], added: 0, removed: 0 };
  }

  take(line: string): void {
    const hunk = HUNK.exec(line);
    if (hunk) this.#begin(hunk);
    else if (this.#inside || /^[+-](?![+-]{2} )/.test(line)) this.#line(line);
    else this.#note(line);
  }

  #begin([whole, old, fresh]: RegExpExecArray): void {
    this.#inside = true;
    this.#old = Number(old);
    this.#new = Number(fresh);
    this.file.lines.push({ kind: 'hunk', text: whole });
  }

  #line(line: string): void {
    const text = line.slice(1);
    switch (line[0]) {
      case '+':
        this.file.added++;
        this.file.lines.push({ kind: 'added', text, ...(this.#inside && { new: this.#new++ }) });
        break;
      case '-':
        this.file.removed++;
        this.file.lines.push({ kind: 'removed', text, ...(this.#inside && { old: this.#old++ }) });
        break;
      case '\\':
        this.file.lines.push({ kind: 'note', text: line.slice(2) });
        break;
      default:
        this.file.lines.push({ kind: 'same', text, old: this.#old++, new: this.#new++ });
    }
  }

  #note(line: string): void {
    const words = noteOf(line);
    if (words !== undefined) this.file.notes.push(words);
  }
}

function noteOf(line: string): string | undefined {
  if (line.startsWith('new file mode')) return 'new file';
  if (line.startsWith('deleted file mode')) return 'deleted';
  if (line.startsWith('rename from ')) return `renamed from ${line.slice('rename from '.length)}`;
  if (line.startsWith('copy from ')) return `copied from ${line.slice('copy from '.length)}`;
  if (line.startsWith('new mode ')) return `mode ${line.slice('new mode '.length)}`;
  if (line.startsWith('GIT binary patch') || line.startsWith('Binary files ')) return 'binary: not shown';
  return undefined;
}
