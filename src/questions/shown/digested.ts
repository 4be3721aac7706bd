/**
 * Describes values that are recorded only as digests, because they were too long or the lab encrypts. Node
 * only.
 * @module
 */
import { isJsonObject, type Json } from '../../model/json';
import { size } from './measures';

/** A value that is kept as a digest. */
export interface DigestedWords {
  /** True if it is withheld as a keyed digest, because the lab encrypts its payloads. */
  withheld: boolean;
  digest: string;
  /** For example `array of 47 KiB, too long to be recorded in full`. */
  text: string;
  /** The first characters of its JSON text. */
  head?: string;
}

/** A digested value in words; undefined for a value that is recorded itself. */
export function digestedValue(value: Json): DigestedWords | undefined {
  if (!isJsonObject(value)) return undefined;
  const { digest, size_bytes, type, head, partial, length } = value;
  if (typeof digest !== 'string' || typeof size_bytes !== 'number' || !/^(hmac-)?sha256:/.test(digest))
    return undefined;
  const withheld = digest.startsWith('hmac-');
  const kind = `${typeof type === 'string' ? type : 'value'} of ${size(size_bytes)}`;
  const items = typeof length === 'number' ? `, length ${length.toLocaleString('en-US')}` : '';
  const why = withheld
    ? 'withheld, because the lab encrypts its payloads'
    : 'too long to be recorded in full';
  const sampled = partial === true ? '; the digest covers samples only' : '';
  return {
    withheld,
    digest,
    text: `${kind}${items}, ${why}${sampled}`,
    ...(typeof head === 'string' && { head }),
  };
}
