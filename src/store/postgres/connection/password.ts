/**
 * The password of a connection: from the URL, the service or `PGPASSWORD`, else from the file that `PROVENANCE_STORE_PASSWORD_FILE`
 * names, else from libpq's password file (`passfile`, `PGPASSFILE`, `~/.pgpass`). Files are read when a server asks, so that a file that was changed counts at once. Own reader: the driver's is deprecated and
 * writes to stderr by itself. Node only.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { ProvenanceError } from '../../../errors';
import type { Address, Target } from './target';

/** Names a file that holds the password alone. */
const PASSWORD_FILE_VARIABLE = 'PROVENANCE_STORE_PASSWORD_FILE';

/** Others than its owner may read a file of such a mode. */
const OTHERS = 0o077;

/**
 * Called when a server asks for a password.
 * @throws STORE_REFUSED when there is none
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
 * A secret that is mounted as a file holds nothing else than the password; line ends after it do not count. Others may read such a
 * file inside its container.
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

/** Why a password file does not count, as for libpq; undefined when it does, or is not there. */
function reasonToIgnore(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) return 'it is no file, and ignored';
  if (platform() !== 'win32' && stat.mode & OTHERS)
    return `it is ignored, since others may read it: chmod 600 ${file}`;
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

/** `host:port:database:user:password`, where a backslash escapes a colon or a backslash. */
function fieldsOf(line: string): string[] {
  const fields = [''];
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === ':' && fields.length < 5) fields.push('');
    else fields[fields.length - 1] += char === '\\' && i + 1 < line.length ? line[++i]! : char;
  }
  return fields;
}
