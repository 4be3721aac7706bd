/**
 * `temporal-provenance.json`: the settings of workers and the command line if nothing else is given. The
 * nearest file is used, from a folder upwards. A store path in it is relative to the file. Node only.
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ProvenanceError } from '../errors';
import { isExact, largeIntegers, QUOTE_IT } from '../metadata/json-text';
import { isJsonObject, type JsonObject } from '../model/json';

const CONFIG_FILE = 'temporal-provenance.json';

/** A config file, as far as every user of it reads it. */
export interface Config {
  /** The file. */
  path: string;
  /** Store URL, with its path made absolute. */
  store?: string;
  /** A name. In a worker's options it may be a function, which a file cannot contain. */
  lab?: string;
  /** The whole content of the file. The plugin checks its own options. */
  values: JsonObject;
}

/**
 * The nearest config file from `folder` upwards; undefined if there is none.
 * @throws CONFIG_INVALID
 */
export function readConfig(folder: string): Config | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, CONFIG_FILE);
    const text = readText(path);
    if (text !== undefined) return configOf(path, text);
    if (dirname(at) === at) return undefined;
  }
}

/** The nearest config file from the first folder that has one above it. @throws CONFIG_INVALID */
export function readFirstConfig(folders: readonly string[]): Config | undefined {
  for (const folder of folders) {
    const config = readConfig(folder);
    if (config) return config;
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ProvenanceError('CONFIG_INVALID', `${path} can't be read (${code}).`, { cause });
  }
}

function configOf(path: string, text: string): Config {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new ProvenanceError('CONFIG_INVALID', `${path} is not JSON.`, { cause });
  }
  if (!isJsonObject(values)) throw new ProvenanceError('CONFIG_INVALID', `${path} must hold a JSON object.`);
  const [large] = largeIntegers(text, isExact);
  if (large) {
    const name = large.path.join('.');
    throw new ProvenanceError('CONFIG_INVALID', `${path}: "${name}" ${QUOTE_IT}: "${large.written}".`);
  }
  const { store, lab } = values as JsonObject;
  return {
    path,
    store: store === undefined ? undefined : storeUrlAt(nameIn(path, 'store', store), dirname(path)),
    lab: lab === undefined ? undefined : nameIn(path, 'lab', lab),
    values: values as JsonObject,
  };
}

function nameIn(path: string, key: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ProvenanceError('CONFIG_INVALID', `${path}: "${key}" must be a string.`);
}

/** Returns a store URL whose relative path is resolved against `folder` instead of the working directory. */
export function storeUrlAt(url: string, folder: string): string {
  const path = /^(?:sqlite|file):(?!\/\/)(.+)$/is.exec(url)?.[1];
  if (path === undefined || path.startsWith(':') || isAbsolute(path)) return url;
  return `sqlite:${join(encodeURI(folder), path)}`;
}
