/**
 * The password of a connection: from the URL, the service or `PGPASSWORD`. Otherwise it is read from the file that
 * `PROVENANCE_STORE_PASSWORD_FILE` names, or from libpq's password file (`passfile`, `PGPASSFILE`, `~/.pgpass`). Files are read
 * when a server requests a password, so a changed file takes effect at once. The driver's reader is not used: it is deprecated
 * and writes to stderr. Node only.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { ProvenanceError } from '../../../errors';
import type { Address, Target } from './target';

/** Names a file that contains only the password. */
const PASSWORD_FILE_VARIABLE = 'PROVENANCE_STORE_PASSWORD_FILE';

/** Mode bits that let others than the owner read a file. */
const OTHERS = 0o077;

/**
 * Returns the password when a server requests one.
 * @throws STORE_REFUSED if there is none
 */
export function passwordOf(target: Target, address: Address, location: string): string {
  const given = target.settings.get('password')?.value;
  if (given !== undefined) return given;
  const mounted = mountedPassword(location);
  if (mounted !== undefined) return mounted;
  const file = passwordFile(target);
  const ignored = reasonToIgnore(file);
  const found = ignored === undefined ? inFile(file, target, address) : undefined;
  if (found !== undefined) return found;
  throw new ProvenanceError(
    'STORE_REFUSED',
    `The store ${location} asks for a password: set PGPASSWORD, or write one for role ${target.user} into ${file}` +
      `${ignored ? ` (${ignored})` : ''}.`,
  );
}

/**
 * Reads a secret that is mounted as a file. It contains only the password; trailing line ends are ignored. Inside a container,
 * others may read such a file.
 */
function mountedPassword(location: string): string | undefined {
  const file = process.env[PASSWORD_FILE_VARIABLE];
  if (!file) return undefined;
  const refuse = (why: string, cause?: unknown): never => {
    const message = `The store ${location} asks for a password, and ${PASSWORD_FILE_VARIABLE} names ${file}, which ${why}.`;
    throw new ProvenanceError('STORE_REFUSED', message, { cause });
  };
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '') || refuse('is empty');
  } catch (error) {
    if (ProvenanceError.is(error)) throw error;
    return refuse(`can't be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

function passwordFile({ settings }: Target): string {
  const { APPDATA } = process.env;
  const own =
    platform() === 'win32' && APPDATA
      ? join(APPDATA, 'postgresql', 'pgpass.conf')
      : join(homedir(), '.pgpass');
  return settings.get('passfile')?.value ?? own;
}

/** Returns why a password file is ignored; undefined if it is valid or missing. libpq ignores the same files. */
function reasonToIgnore(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) return 'it is not a file and is ignored';
  if (platform() !== 'win32' && stat.mode & OTHERS)
    return `it is ignored, because other users can read it: run chmod 600 ${file}`;
  return undefined;
}

function inFile(file: string, target: Target, address: Address): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const wanted = [
    address.host.startsWith('/') ? 'localhost' : address.host,
    String(address.port),
    target.database,
    target.user,
  ];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[wanted.length];
    if (password === undefined || password === '') continue;
    if (wanted.every((value, i) => fields[i] === '*' || fields[i] === value)) return password;
  }
  return undefined;
}

/** Splits `host:port:database:user:password`. A backslash escapes a colon or a backslash. */
function fieldsOf(line: string): string[] {
  const fields = [''];
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === ':' && fields.length < 5) fields.push('');
    else fields[fields.length - 1] += char === '\\' && i + 1 < line.length ? line[++i]! : char;
  }
  return fields;
}
