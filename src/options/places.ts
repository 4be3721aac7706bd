/**
 * Where a worker finds its code, its config file and its store: from the program's entry file first, from the working
 * directory second. What the working directory would have given instead is said, at start and by `doctor`. Node only.
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
  /** What the working directory would have named instead; absent where it agrees. */
  elsewhere?: Elsewhere;
}

/** What is found from the working directory, and is not used. */
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
 * @param option what they are options of, for messages
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

/** What of the working directory's own is left aside. A config file there that is broken is as good as none. */
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

/** The store that somebody in this folder would ask for, if it is there or a config names it. */
function storeOf(folder: string, config: Config | undefined): string | undefined {
  try {
    const { url, source } = chooseStore({ file: { config }, folders: [folder] });
    const there = source === 'config' || existsSync(join(folder, DEFAULT_STORE_FILE));
    return there ? locationOf(url) : undefined;
  } catch {
    return undefined; // What names no store is left aside too.
  }
}

/** A store's name without a password; what is no URL is no store. */
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

/** Says, when a worker starts, which lab, store, config and code are used, and what of the working directory is not. Never throws. */
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
    // A logger that throws keeps no worker from starting.
  }
}

/** What somebody who looks from the working directory would take for the worker's; undefined where there is nothing. */
export function describeElsewhere({ folder, elsewhere: other }: Places): string | undefined {
  if (!other) return undefined;
  const { repository, config, store } = other;
  const parts = [
    repository && `repository ${repository}`,
    config && `config ${config}`,
    store && `store ${store}`,
  ].filter((part) => part !== undefined);
  return `the program lies in ${folder} and was started in ${other.folder}: not used is what belongs to the working directory (${parts.join(', ')})`;
}
