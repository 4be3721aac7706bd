/**
 * What the steps of a restoration share: the folder, what is recorded, contents by digest, and the list of what
 * is missing. Node.
 * @module
 */
import { resolve } from 'node:path';
import type { Environment } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** What is restored, and the target folder. */
export interface RestoreOptions {
  /** The environment whose code is restored, as `Provenance.environment` returns it. */
  environment: Environment;
  /** Folder to build in. It must not exist, or be empty. */
  folder: string;
  /** Address or path to clone from. @defaultValue the recorded repository */
  from?: string;
  /** Reads a content by digest, as the store keeps it. */
  readBlob(digest: string): Promise<Uint8Array | undefined>;
}

/** Restores one part of the code into the folder, and names what it cannot restore. */
export type RestoreStep = (restoration: Restoration) => Promise<void>;

/** One restoration, as its steps share it. */
export class Restoration {
  /** Absolute path of the folder to build in. */
  readonly folder: string;
  readonly environment: Environment;
  /** The source that the caller chose for the clone. */
  readonly from?: string;
  /** What could not be restored, as texts for people. */
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

  /** Tree of the tracked files that ran; null if it is not known. */
  get expected(): string | null {
    return textOf(objectAt(this.environment.identity, 'git').worktree_tree) ?? null;
  }

  /** Lists something that could not be restored: then the code is not exact. */
  lack(what: string): void {
    if (!this.missing.includes(what)) this.missing.push(what);
  }

  /** A kept content; undefined if the store lacks it. */
  readBlob(digest: string): Promise<Uint8Array | undefined> {
    return this.#readBlob(digest);
  }
}

/** The object under a key; an empty one if it is missing. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

/** A text that is not empty; `undefined` for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The objects of a list; an empty list if the value is not a list. */
export function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
