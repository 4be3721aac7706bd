/**
 * The context of a verb: its store, its lab and the form of its output. Flags override environment variables, which override the
 * config file. Node only.
 * @module
 */
import { dirname, resolve } from 'node:path';
import { chooseLab, chooseStore } from '../options/choose-store';
import { type Config, readConfig } from '../options/config-file';
import { checkFileOptions } from '../options/options';
import { spoolVariable } from '../options/variables';
import { type Answer, movedRemark, openScope, type Scope } from '../questions/scope';
import { safe } from '../questions/shown/safe-text';
import { spoolFolder } from '../record/delivery/spool-place';
import { openStore } from '../store/open';
import type { Store } from '../store/store';
import { type Io, type Style, styleOf, UsageError } from './io';

/** The options of every verb. */
export interface CommonOptions {
  store?: string;
  lab?: string;
  json?: boolean;
}

/** One call of a verb: its flags, and the store and the lab that they select. */
export class Context {
  readonly io: Io;
  readonly style: Style;
  readonly options: CommonOptions;
  #config: Config | undefined | null = null;

  constructor(io: Io, options: CommonOptions) {
    this.io = io;
    this.style = styleOf(io);
    this.options = options;
  }

  /** The lab set by the flag, `PROVENANCE_LAB` or the config file; lists are limited to it. Undefined: all labs. */
  get onlyLab(): string | undefined {
    return chooseLab(this.options.lab, this.io.env, this);
  }

  /** The selected lab. */
  get lab(): string {
    return this.onlyLab ?? 'default';
  }

  get config(): Config | undefined {
    if (this.#config === null) this.#config = this.#read();
    return this.#config;
  }

  /** Validates the config file in the same way as a worker does. */
  #read(): Config | undefined {
    const config = readConfig(this.io.cwd);
    if (config) checkFileOptions(config);
    return config;
  }

  /** URL of the store. */
  get url(): string {
    const { env, cwd } = this.io;
    const { store: given } = this.options;
    return chooseStore({ given, option: '--store', env, file: this, cwd, folders: [cwd] }).url;
  }

  /** The folder of the store's spool on this machine. `given`: the value of the flag. */
  spoolFolder(given?: unknown): string {
    if (typeof given === 'string') return resolve(this.io.cwd, given);
    const named = spoolVariable(this.io.env, this.io.cwd);
    if (named !== undefined) return named;
    const { folder } = (this.config?.values.spool ?? {}) as { folder?: unknown };
    return spoolFolder(
      this.url,
      typeof folder === 'string' ? resolve(dirname(this.config!.path), folder) : undefined,
    );
  }

  /** Opens the store for reading, runs the query, and closes the store. */
  async ask<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    const scope = await openScope(this.url, {
      lab: this.lab,
      only_lab: this.onlyLab,
      cwd: this.io.cwd,
    });
    return this.#closing(scope.store, () => work(scope));
  }

  /** Opens the store for verbs that write, move or check it, and closes it after the work. */
  async withStore<Result>(
    work: (store: Store) => Promise<Result>,
    options: { mode: 'read' | 'write'; create?: boolean } = { mode: 'read' },
  ): Promise<Result> {
    const store = await openStore(this.url, { create: false, ...options });
    return this.#closing(store, () => work(store));
  }

  /** Warns the reader of a moved store, with its new location. */
  async #closing<Result>(store: Store, work: () => Promise<Result>): Promise<Result> {
    try {
      const moved = await movedRemark(store);
      if (moved) this.note(moved);
      return await work();
    } finally {
      await store.close();
    }
  }

  /** Returns the answer, and prints its remarks to stderr. */
  withRemarks<Value>({ value, remarks }: Answer<Value>): Value {
    for (const remark of remarks) this.note(remark);
    return value;
  }

  /** Writes lines to stdout. */
  print(lines: readonly string[] | string): void {
    const text = typeof lines === 'string' ? lines : lines.join('\n');
    if (text !== '' || typeof lines === 'string') this.io.stdout.write(`${text}\n`);
  }

  /** Writes one remark to stderr. */
  note(line: string): void {
    this.io.stderr.write(`${safe(line)}\n`);
  }
}

/** Parses a whole number of the command line. */
export function wholeNumber(text: string, name: string, least = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${name} takes a whole number${least > 0 ? ` from ${least}` : ''}, not '${text}'.`);
}
