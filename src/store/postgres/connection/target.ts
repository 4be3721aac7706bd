/**
 * The servers, database and schema of a PostgreSQL URL. libpq's services and variables are added. No certificate and no password
 * file is read. Node only.
 * @module
 */
import { userInfo } from 'node:os';
import { urlError } from '../../place/url-error';
import { type Given, type Settings, settingsOf } from './keywords';
import { urlKeywords } from './url';

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
/** The required level of TLS, in libpq's terms. */
export type SslMode = (typeof SSL_MODES)[number];
const SESSION_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby'] as const;
/** The servers that are suitable, in libpq's terms (`target_session_attrs`). */
export type SessionKind = (typeof SESSION_KINDS)[number];

/** A server. `host` can be a folder of sockets. */
export interface Address {
  host: string;
  port: number;
}

/** The target of a connection, from its URL, variables and files. */
export interface Target {
  /** The servers in the order in which they are tried. Empty: this machine. */
  addresses: Address[];
  user: string;
  database: string;
  schema: string;
  /** The highest number of connections of one process. */
  pool_size: number;
  sslmode: SslMode;
  session: SessionKind;
  connect_timeout_ms: number;
  /** All settings by keyword. Settings that need no check are read from here. */
  settings: Settings;
}

const DEFAULT_PORT = 5432;
const DEFAULT_SCHEMA = 'provenance';
const POOL_SIZE = 4;
const MOST_CONNECTIONS = 100;
/** The longest name in PostgreSQL, in bytes. */
const NAME_BYTES = 63;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Parses a URL. Settings of the URL override those of its service, and these override the environment.
 * @throws STORE_URL_INVALID
 */
export function readTarget(url: string, env: NodeJS.ProcessEnv = process.env): Target {
  const settings = settingsOf(urlKeywords(url), env);
  const user = settings.get('user')?.value ?? systemUser();
  return {
    addresses: addressesOf(settings),
    user,
    database: settings.get('dbname')?.value ?? user,
    schema: schemaOf(settings),
    pool_size: wholeNumber(settings.get('pool'), POOL_SIZE, 1, MOST_CONNECTIONS),
    sslmode: oneOf(SSL_MODES, settings.get('sslmode'), 'prefer'),
    session: oneOf(SESSION_KINDS, settings.get('target_session_attrs'), 'any'),
    connect_timeout_ms:
      wholeNumber(settings.get('connect_timeout'), 0, 0, 3_600) * 1000 || CONNECT_TIMEOUT_MS,
    settings,
  };
}

/** Returns a URL of the store without credentials. It is equal for all ways of naming this store. */
export function targetLocation({ addresses, database, schema }: Target): string {
  const hosts = addresses.map(({ host, port }) => {
    const name = /^[^:/%]*$/.test(host)
      ? host
      : host.startsWith('/')
        ? encodeURIComponent(host)
        : `[${host}]`;
    return port === DEFAULT_PORT ? name : `${name}:${port}`;
  });
  const named = schema === DEFAULT_SCHEMA ? '' : `?schema=${encodeURIComponent(schema)}`;
  return `postgres://${hosts.join(',')}/${encodeURIComponent(database)}${named}`;
}

function addressesOf(settings: Settings): Address[] {
  const hosts = settings.get('host')?.value.split(',') ?? [];
  const given = settings.get('port');
  const ports = given?.value.split(',') ?? [];
  if (ports.length > 1 && ports.length !== hosts.length)
    throw urlError(
      `it names ${hosts.length} hosts and ${ports.length} ports: give one port, or one for each`,
    );
  const portOf = (i: number) => {
    const text = ports.length > 1 ? ports[i]! : (ports[0] ?? '');
    return text === '' ? DEFAULT_PORT : wholeNumber({ value: text, from: given!.from }, 0, 1, 65_535);
  };
  if (hosts.length === 0 && ports.length > 0) return [{ host: 'localhost', port: portOf(0) }];
  return hosts.map((host, i) => ({ host: hostOf(host), port: portOf(i) }));
}

/** Host names are case-insensitive; folders of sockets are not. */
function hostOf(text: string): string {
  if (text === '') return 'localhost';
  return text.startsWith('/') ? text : text.toLowerCase();
}

function schemaOf(settings: Settings): string {
  const schema = settings.get('schema')?.value ?? DEFAULT_SCHEMA;
  if (schema === '' || Buffer.byteLength(schema) > NAME_BYTES || schema.includes('\0'))
    throw urlError(`its ?schema= must have 1 to ${NAME_BYTES} bytes`);
  return schema;
}

function wholeNumber(given: Given | undefined, otherwise: number, least: number, most: number): number {
  if (!given) return otherwise;
  const value = Number(given.value);
  if (/^\d+$/.test(given.value) && value >= least && value <= most) return value;
  throw urlError(`${given.from} must be a number from ${least} to ${most}`);
}

function oneOf<Word extends string>(words: readonly Word[], given: Given | undefined, otherwise: Word): Word {
  if (!given) return otherwise;
  const word = words.find((one) => one === given.value);
  if (word) return word;
  throw urlError(`${given.from} may be ${words.join(', ')}, not '${given.value}'`);
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw urlError('it names no user, and this process has none: write postgres://<user>@<host>/<database>');
  }
}
