/**
 * Tokens: who may read what is served. The config file has their digests, never themselves. Node only.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenEntry } from '../../options/serve-options';

/** Random bytes of a token. So many need no slow digest: nobody can try them out. */
const TOKEN_BYTES = 32;
/** Makes a token known for what it is, where it is found in a file or a log. */
const PREFIX = 'tpv_';

/** A new token, and its digest. */
export function newToken(): { token: string; sha256: string } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, sha256: digestOf(token).toString('hex') };
}

/** The tokens that are taken. */
export class Keys {
  readonly #entries: readonly (TokenEntry & { digest: Buffer })[];

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries.map((entry) => ({ ...entry, digest: Buffer.from(entry.sha256, 'hex') }));
  }

  /** None were given: who reaches the address may read. */
  get none(): boolean {
    return this.#entries.length === 0;
  }

  /** Whose token an `Authorization` header holds. All entries are compared, so that the time taken says nothing. */
  holderOf(authorization: string | undefined): TokenEntry | undefined {
    const token = tokenIn(authorization);
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    let holder: TokenEntry | undefined;
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, digest)) holder ??= entry;
    return holder;
  }
}

/** `Bearer TOKEN`; or Basic, whose password it is, so that a browser asks for it by itself. */
function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme, given] = /^(bearer|basic) +([\w.~+/=-]+)$/i.exec(authorization?.trim() ?? '') ?? [];
  if (given === undefined) return undefined;
  if (scheme!.toLowerCase() === 'bearer') return given;
  const text = Buffer.from(given, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
