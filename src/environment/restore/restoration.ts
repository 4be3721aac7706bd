/**
 * What the steps of restoring share: the folder, what is recorded, contents by digest, and the list of what is missing.
 * Node.
 * @module
 */
import { resolve } from 'node:path';
import type { Environment } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** What is restored, and where to. */
export interface RestoreOptions {
  environment: Environment;
  /** Folder to build in; must not exist, or be empty. */
  folder: string;
  /** Where to clone from. @defaultValue the recorded repository */
  from?: string;
  /** Content by digest, as the store keeps it. */
  readBlob(digest: string): Promise<Uint8Array | undefined>;
}

/** Restores one part of the code into the folder, and names what it can not restore. */
export type RestoreStep = (restoration: Restoration) => Promise<void>;

/** One restoring, as its steps share it. */
export class Restoration {
  /** Absolute path of the folder to build in. */
  readonly folder: string;
  readonly environment: Environment;
  /** Where the caller wants the repository cloned from. */
  readonly from?: string;
  /** What could not be had, in words for people. */
  readonly missing: string[] = [];
  /** Tree of the restored index; '' until it is checked out. */
  tree = '';
  readonly #readBlob: RestoreOptions['readBlob'];

  constructor(options: RestoreOptions) {
    this.folder = resolve(options.folder);
    this.environment = options.environment;
    this.from = options.from;
    this.#readBlob = options.readBlob;
  }

  /** Tree of the tracked files that ran; null when it is not known. */
  get expected(): string | null {
    return textOf(objectAt(this.environment.identity, 'git').worktree_tree) ?? null;
  }

  /** Names something that could not be had: the code is not exact then. */
  lack(what: string): void {
    if (!this.missing.includes(what)) this.missing.push(what);
  }

  /** A kept content; undefined when the store does not have it. */
  readBlob(digest: string): Promise<Uint8Array | undefined> {
    return this.#readBlob(digest);
  }
}

/** The object under a key; an empty one where there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

/** A text that says something; `undefined` of anything else. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The objects of a list; none where it is no list. */
export function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
