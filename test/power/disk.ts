/**
 * A disk that loses power: what of the recorded steps is on it when the current fails after the n-th. A sync makes a file's
 * content lasting, a folder's sync its names; what was not synced is gone (`none`), or an arbitrary part of it is there (`some`).
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Step } from './trace';

export type Survives = 'none' | 'some';

/** A pseudo-random number in [0, 1), the same for the same seed. */
export function dice(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Change = Extract<Step, { do: 'write' | 'truncate' }>;

class File {
  content: Buffer = Buffer.alloc(0);
  /** Changes since the last sync. */
  pending: Change[] = [];

  apply(change: Change): void {
    this.content = applied(this.content, change);
  }
}

function applied(content: Buffer, change: Change): Buffer {
  if (change.do === 'truncate') return grown(content, change.size).subarray(0, change.size);
  const bytes = grown(content, change.at + change.bytes.length);
  const copy = Buffer.from(bytes);
  change.bytes.copy(copy, change.at);
  return copy;
}

function grown(content: Buffer, size: number): Buffer {
  return content.length >= size ? content : Buffer.concat([content, Buffer.alloc(size - content.length)]);
}

const SECTOR_BYTES = 512;

/** Replays steps one by one; at any moment `crash` tells what would be on the disk. */
export class Disk {
  readonly acknowledged: string[] = [];
  /** What lasts: content as of the last sync, by the name that lasts. */
  readonly #files = new Map<string, File>();
  /** Names as the process sees them; a name lasts once its folder was synced. */
  readonly #lasting = new Map<string, string>();

  step(step: Step): void {
    switch (step.do) {
      case 'acknowledge':
        this.acknowledged.push(...step.ids);
        return;
      case 'create':
        if (!this.#files.has(step.file)) this.#files.set(step.file, new File());
        return;
      case 'remove':
        this.#files.delete(step.file);
        return;
      case 'rename':
        this.#rename(step.file, step.to);
        return;
      case 'sync':
        this.#sync(step.file);
        return;
      default:
        this.#file(step.file).pending.push(step);
    }
  }

  /** Writes what is left to `folder`, in place of the folder that was recorded. */
  crash(recorded: string, folder: string, survives: Survives, random: () => number): void {
    for (const [name, file] of this.#files) {
      const known = this.#lasting.has(name);
      if (!known && (survives === 'none' || random() < 0.5)) continue;
      const lost = this.#lasting.get(name) ?? name;
      const shown = survives === 'none' || random() < 0.5 ? lost : name;
      const path = shown.replace(recorded, folder);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, survivingContent(file, survives, random));
    }
  }

  #file(name: string): File {
    const file = this.#files.get(name) ?? new File();
    this.#files.set(name, file);
    return file;
  }

  #rename(from: string, to: string): void {
    const file = this.#files.get(from);
    if (!file) return;
    this.#files.delete(from);
    this.#files.set(to, file);
    const lasting = this.#lasting.get(from);
    this.#lasting.delete(from);
    if (lasting !== undefined) this.#lasting.set(to, lasting);
  }

  #sync(path: string): void {
    const file = this.#files.get(path);
    if (file) {
      for (const change of file.pending.splice(0)) file.apply(change);
      return;
    }
    for (const name of this.#files.keys()) if (dirname(name) === path) this.#lasting.set(name, name);
  }
}

/** Of what was not synced: nothing; or each change or not, in an order of its own, and a write by sectors. */
function survivingContent(file: File, survives: Survives, random: () => number): Buffer {
  if (survives === 'none') return file.content;
  let content: Buffer = file.content;
  for (const change of file.pending) {
    if (change.do === 'truncate') {
      if (random() < 0.5) content = applied(content, change);
      continue;
    }
    for (let from = 0; from < change.bytes.length; from += SECTOR_BYTES) {
      if (random() < 0.5) continue;
      const bytes = change.bytes.subarray(from, from + SECTOR_BYTES);
      content = applied(content, { ...change, at: change.at + from, bytes });
    }
  }
  return content;
}
