/**
 * Finds a worker's code, config file and store: from the program's entry file first, from the working directory
 * second. If the working directory would give others, start and `doctor` report them. Node only.
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programOf, repositoryOf, workingFolder } from '../environment/program/program';
import { parseStoreUrl } from '../store/place/location';
import { chooseStore, DEFAULT_STORE_FILE, type StoreChoice } from './choose-store';
import { type Config, readConfig, readFirstConfig } from './config-file';

/** Where a program found its code, its config file and its store. */
export interface Places {
  /** Folder of the program. */
  folder: string;
  /** The config file that is used. */
  config?: string;
  store_source: StoreChoice['source'];
  /** What the working directory would give instead; absent if it is the same. */
  elsewhere?: Elsewhere;
}

/** What was found from the working directory and is not used. */
interface Elsewhere {
  folder: string;
  config?: string;
  store?: string;
  repository?: string;
}

interface FoundPlaces {
  config: Config | undefined;
  store: string;
  places: Places;
}

/**
 * Finds them.
 * @param given the store that the options name
 * @param option the name of these options, for messages
 * @throws ProvenanceError CONFIG_INVALID, OPTION_INVALID
 */
export function findPlaces(given?: string, option?: string): FoundPlaces {
  const { entry, folder } = programOf();
  const cwd = workingFolder();
  const config = readFirstConfig([entry === undefined ? folder : dirname(entry), cwd]);
  const chosen = chooseStore({ given, option, env: process.env, file: { config }, folders: [folder, cwd] });
  const places: Places = { folder, config: config?.path, store_source: chosen.source };
  if (cwd !== folder) places.elsewhere = elsewhere(cwd, places, chosen);
  return { config, store: chosen.url, places };
}

/** What the working directory has that is not used. A broken config file there counts as missing. */
function elsewhere(cwd: string, { folder, config }: Places, chosen: StoreChoice): Elsewhere | undefined {
  const own: Omit<Elsewhere, 'folder'> = {};
  const [here, there] = [repositoryOf(cwd), repositoryOf(folder)];
  if (here !== undefined && here !== there) own.repository = here;
  const other = configAt(cwd);
  if (other !== undefined && other.path !== config) own.config = other.path;
  if (chosen.source === 'config' || chosen.source === 'default') {
    const location = storeOf(cwd, other);
    if (location !== undefined && location !== locationOf(chosen.url)) own.store = location;
  }
  return Object.keys(own).length > 0 ? { folder: cwd, ...own } : undefined;
}

/** The store for a person in this folder, if it exists or a config names it. */
function storeOf(folder: string, config: Config | undefined): string | undefined {
  try {
    const { url, source } = chooseStore({ file: { config }, folders: [folder] });
    const there = source === 'config' || existsSync(join(folder, DEFAULT_STORE_FILE));
    return there ? locationOf(url) : undefined;
  } catch {
    return undefined; // An invalid name is ignored, too.
  }
}

/** A store's name without its password; undefined for an invalid URL. */
function locationOf(url: string): string | undefined {
  try {
    return parseStoreUrl(url).location;
  } catch {
    return undefined;
  }
}

function configAt(folder: string): Config | undefined {
  try {
    return readConfig(folder);
  } catch {
    return undefined;
  }
}

/** The part of the SDK's logger that is needed. */
interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * Logs, when a worker starts, which lab, store, config and code are used, and what in the working directory is
 * not used. Never throws.
 */
export function announcePlaces(places: Places, lab: string, store: string, log: Log): void {
  const { config = 'none', folder, store_source } = places;
  const by = store_source === 'PROVENANCE_STORE' ? ' (PROVENANCE_STORE)' : '';
  try {
    log.info(
      `temporal-provenance: lab '${lab}', store ${locationOf(store)}${by}, config ${config}, code of ${folder}`,
    );
    const left = describeElsewhere(places);
    if (left) log.warn(`temporal-provenance: ${left}`);
  } catch {
    // A logger that throws does not prevent the worker's start.
  }
}

/**
 * What a person in the working directory would wrongly take for the worker's; undefined if there is nothing.
 */
export function describeElsewhere({ folder, elsewhere: other }: Places): string | undefined {
  if (!other) return undefined;
  const { repository, config, store } = other;
  const parts = [
    repository && `repository ${repository}`,
    config && `config ${config}`,
    store && `store ${store}`,
  ].filter((part) => part !== undefined);
  return `the program is in ${folder} but was started in ${other.folder}: ignored from the working directory: ${parts.join(', ')}`;
}
