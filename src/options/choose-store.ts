/**
 * Chooses store and lab by one rule for worker, command line and programs. An option in code or a flag comes
 * first, then the variable (an empty one counts as not set), then the config file. The default is
 * `provenance.db` and all labs. Node only.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ProvenanceError } from '../errors';
import { parseStoreUrl } from '../store/place/location';
import { type Config, storeUrlAt } from './config-file';
import { labVariable, STORE_VARIABLE, type Variables } from './variables';

/** File of the store if none is named. */
export const DEFAULT_STORE_FILE = 'provenance.db';

/** The store, and what named it. */
export interface StoreChoice {
  url: string;
  source: 'option' | 'PROVENANCE_STORE' | 'config' | 'default';
}

/**
 * Gives the config file. It is read only if nothing with higher precedence names a store, so that a broken file
 * does no harm then.
 */
interface ConfigHolder {
  readonly config: Config | undefined;
}

/** The sources that may name a store. */
interface StoreSources {
  /** The name from an option or a flag. */
  given?: string;
  /** That option or flag, for messages. */
  option?: string;
  env?: Variables;
  file?: ConfigHolder;
  /**
   * Folder against which a relative path in an option or variable is resolved. @defaultValue the working
   * directory when the store is opened
   */
  cwd?: string;
  /** Folders in which a store without a name is searched. If none of them has it, the first one is used. */
  folders: readonly string[];
}

/**
 * Chooses the store.
 * @throws ProvenanceError OPTION_INVALID, or CONFIG_INVALID if a file named it; the message contains the source
 */
export function chooseStore(sources: StoreSources): StoreChoice {
  const { url, source } = named(sources);
  const choice = { url: sources.cwd === undefined ? url : storeUrlAt(url, sources.cwd), source };
  check(choice, sources);
  return choice;
}

function named({ given, env, file, folders }: StoreSources): StoreChoice {
  if (given !== undefined) return { url: given, source: 'option' };
  const variable = env?.[STORE_VARIABLE];
  if (variable) return { url: variable, source: 'PROVENANCE_STORE' };
  const inFile = file?.config?.store;
  if (inFile !== undefined) return { url: inFile, source: 'config' };
  const folder = folders.find((one) => existsSync(join(one, DEFAULT_STORE_FILE))) ?? folders[0] ?? '.';
  return { url: storeUrlAt(`sqlite:${DEFAULT_STORE_FILE}`, folder), source: 'default' };
}

function check({ url, source }: StoreChoice, { option = 'store', file }: StoreSources): void {
  try {
    parseStoreUrl(url);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (source === 'config')
      throw new ProvenanceError('CONFIG_INVALID', `${file?.config?.path}: "store": ${message}`, { cause });
    const name = { option, PROVENANCE_STORE: STORE_VARIABLE, default: 'the default' }[source];
    throw new ProvenanceError('OPTION_INVALID', `${name}: ${message}`, { cause });
  }
}

/**
 * Chooses the lab; undefined if nothing names one.
 * @throws ProvenanceError OPTION_INVALID
 */
export function chooseLab<Lab>(
  given: Lab | undefined,
  env: Variables,
  file: ConfigHolder,
): Lab | string | undefined {
  return given ?? labVariable(env) ?? file.config?.lab;
}
