/**
 * What every verb needs: which store, which lab, how output looks. Flags win over the environment, which wins over the
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

/** Options that every verb has. */
export interface CommonOptions {
  store?: string;
  lab?: string;
  json?: boolean;
}

/** One call of a verb: its flags, and the store and lab that follow from them. */
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

  /** The lab that was named, by the flag, `PROVENANCE_LAB` or the config file, which lists keep to; undefined: all labs. */
  get onlyLab(): string | undefined {
    return chooseLab(this.options.lab, this.io.env, this);
  }

  /** The lab asked for. */
  get lab(): string {
    return this.onlyLab ?? 'default';
  }

  get config(): Config | undefined {
    if (this.#config === null) this.#config = this.#read();
    return this.#config;
  }

  /** Checked as a worker checks it: a file that is wrong for one is wrong for both. */
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

  /** Folder of the spool of that store on this machine. `given`: as a flag names it. */
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

  /** Opens the store to be read, asks, and closes it when the answer is there. */
  async ask<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    const scope = await openScope(this.url, {
      lab: this.lab,
      only_lab: this.onlyLab,
      cwd: this.io.cwd,
    });
    return this.#closing(scope.store, () => work(scope));
  }

  /** For verbs that write, move or check a store: opens it and closes it when the work is done. */
  async withStore<Result>(
    work: (store: Store) => Promise<Result>,
    options: { mode: 'read' | 'write'; create?: boolean } = { mode: 'read' },
  ): Promise<Result> {
    const store = await openStore(this.url, { create: false, ...options });
    return this.#closing(store, () => work(store));
  }

  /** Who reads what was left behind is told where the store is now. */
  async #closing<Result>(store: Store, work: () => Promise<Result>): Promise<Result> {
    try {
      const moved = await movedRemark(store);
      if (moved) this.note(moved);
      return await work();
    } finally {
      await store.close();
    }
  }

  /** The answer itself; what should be seen beside it goes to stderr. */
  heard<Value>({ value, remarks }: Answer<Value>): Value {
    for (const remark of remarks) this.note(remark);
    return value;
  }

  /** Writes lines to stdout. */
  print(lines: readonly string[] | string): void {
    const text = typeof lines === 'string' ? lines : lines.join('\n');
    if (text !== '' || typeof lines === 'string') this.io.stdout.write(`${text}\n`);
  }

  /** Writes one line to stderr, beside the answer. */
  note(line: string): void {
    this.io.stderr.write(`${safe(line)}\n`);
  }
}

/** A whole number of the command line. */
export function wholeNumber(text: string, name: string, least = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${name} takes a whole number${least > 0 ? ` from ${least}` : ''}, not '${text}'.`);
}
