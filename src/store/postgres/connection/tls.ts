/**
 * The encryption that `sslmode` and its certificates require, as libpq defines them. Node only.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { urlError } from '../../place/url-error';
import type { Address, SslMode, Target } from './target';

/** One encryption to a server; `false`: without TLS. */
export type Encryption = ConnectionOptions | false;

/** Encryptions in the order in which they are tried. */
const WAYS: Readonly<Record<SslMode, readonly ('plain' | 'tls')[]>> = {
  disable: ['plain'],
  allow: ['plain', 'tls'],
  prefer: ['tls', 'plain'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
};

/**
 * Returns the encryptions to try in this order, until the server accepts one.
 * @throws STORE_URL_INVALID if a required certificate cannot be read
 */
export function encryptionsOf(target: Target, address: Address): Encryption[] {
  // A socket of this machine crosses no network.
  if (address.host.startsWith('/')) return [false];
  return WAYS[target.sslmode].map((way) => (way === 'tls' ? tlsOf(target) : false));
}

function tlsOf(target: Target): ConnectionOptions {
  const value = (keyword: string) => target.settings.get(keyword)?.value;
  const [cert, key] = [
    fileOf(target, 'sslcert', 'postgresql.crt'),
    fileOf(target, 'sslkey', 'postgresql.key'),
  ];
  return {
    ...trustOf(target),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(value('sslpassword') && { passphrase: value('sslpassword') }),
    ...version(value('ssl_min_protocol_version'), 'minVersion'),
    ...version(value('ssl_max_protocol_version'), 'maxVersion'),
  };
}

/** Returns the certificates that are accepted. If an authority is available, `require` verifies it as `verify-ca` does. */
function trustOf(target: Target): ConnectionOptions {
  const { sslmode } = target;
  if (sslmode === 'prefer' || sslmode === 'allow') return { rejectUnauthorized: false };
  const system = target.settings.get('sslrootcert')?.value === 'system';
  if (system && sslmode !== 'verify-full')
    throw urlError(
      'sslrootcert=system needs sslmode=verify-full, because anyone can get a certificate of a public authority',
    );
  const ca = system ? undefined : fileOf(target, 'sslrootcert', 'root.crt');
  if (sslmode === 'verify-full') return { rejectUnauthorized: true, ...(ca && { ca }) };
  if (ca) return { rejectUnauthorized: true, ca, checkServerIdentity: () => undefined };
  if (sslmode === 'require') return { rejectUnauthorized: false };
  throw urlError('sslmode=verify-ca needs the certificate of the authority: set its file with sslrootcert');
}

/** Reads a named file, which must exist, or libpq's default in `~/.postgresql`, which may be missing. */
function fileOf(target: Target, keyword: string, otherwise: string): Buffer | undefined {
  const given = target.settings.get(keyword);
  const path = given?.value ?? join(homedir(), '.postgresql', otherwise);
  if (!given && !existsSync(path)) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw urlError(`the file of ${given?.from ?? path} cannot be read (${code})`, cause);
  }
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

function version(text: string | undefined, name: 'minVersion' | 'maxVersion'): ConnectionOptions {
  if (text === undefined) return {};
  const known = VERSIONS.find((one) => one.toLowerCase() === text.toLowerCase());
  if (!known) throw urlError(`a protocol version must be one of ${VERSIONS.join(', ')}`);
  return { [name]: known };
}
