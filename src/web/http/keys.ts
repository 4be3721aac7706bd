/**
 * Tokens of readers. The config file has only their digests. Node only.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenEntry } from '../../options/serve-options';

/** The random bytes of a token: too many to guess, so a fast digest is enough. */
const TOKEN_BYTES = 32;
/** The prefix of tokens, by which they are recognized in a file or a log. */
const PREFIX = 'tpv_';

/** Returns a new token and its digest. */
export function newToken(): { token: string; sha256: string } {
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, sha256: digestOf(token).toString('hex') };
}

/** The accepted tokens. */
export class Keys {
  readonly #entries: readonly (TokenEntry & { digest: Buffer })[];

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries.map((entry) => ({ ...entry, digest: Buffer.from(entry.sha256, 'hex') }));
  }

  /** True if there are no tokens: everyone who reaches the address may read. */
  get none(): boolean {
    return this.#entries.length === 0;
  }

  /** Returns the holder of the token in an `Authorization` header. It compares all entries, so the time reveals nothing. */
  holderOf(authorization: string | undefined): TokenEntry | undefined {
    const token = tokenIn(authorization);
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    let holder: TokenEntry | undefined;
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, digest)) holder ??= entry;
    return holder;
  }
}

/** Reads `Bearer TOKEN`, or the password of Basic, for which browsers prompt. */
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
