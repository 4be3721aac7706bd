/**
 * SHA-256 of texts and bytes, for the sandbox, which has no hash function. A long value is digested by a part
 * of it, because the whole would delay the workflow task. The rules are those of values of activities outside
 * (`src/values/digest.ts`), so that an equal value has an equal digest. [isolate-safe]
 * @module
 */
import { encodeUtf8 } from '../../src/temporal/header';

/** Characters, or bytes, up to which a value is read whole. */
const READ_WHOLE = 1_000_000;
/** The sample of a longer value: its start, windows spread evenly over the middle, and its end. */
const SAMPLE_EDGE = 65_536;
const SAMPLE_WINDOW = 8_192;
const SAMPLE_WINDOWS = 16;

interface SandboxDigest {
  digest: string;
  /** True if the digest covers only a part. */
  partial?: true;
}

/** Of bytes. */
export function digestBytes(bytes: Uint8Array): SandboxDigest {
  if (bytes.length <= READ_WHOLE) return { digest: `sha256:${sha256([bytes])}` };
  const parts = windows(bytes.length).map(([start, end]) => bytes.subarray(start, end));
  return { digest: `sha256-sample:${sha256([encodeUtf8(`${bytes.length}\n`), ...parts])}`, partial: true };
}

/** True if a text of this length is read whole. */
export function isReadWhole(length: number): boolean {
  return length <= READ_WHOLE;
}

/** The digest of a text. */
export function digestText(text: string): SandboxDigest {
  if (isReadWhole(text.length)) return { digest: `sha256:${sha256([encodeUtf8(text)])}` };
  const sample = windows(text.length).map(([start, end]) => text.slice(start, end));
  const bytes = encodeUtf8(`${text.length}\n${sample.join('\n')}`);
  return { digest: `sha256-sample:${sha256([bytes])}`, partial: true };
}

function windows(length: number): [start: number, end: number][] {
  const step = Math.floor((length - 2 * SAMPLE_EDGE) / SAMPLE_WINDOWS);
  const inner = Array.from({ length: SAMPLE_WINDOWS }, (_, index): [number, number] => {
    const start = SAMPLE_EDGE + index * step;
    return [start, start + Math.min(SAMPLE_WINDOW, step)];
  });
  return [[0, SAMPLE_EDGE], ...inner, [length - SAMPLE_EDGE, length]];
}

/** The SHA-256 in hexadecimal of the parts one after the other. */
export function sha256(parts: readonly Uint8Array[]): string {
  const hash = Int32Array.from(initialHash);
  const schedule = new Int32Array(64);
  const block = new Uint8Array(64);
  let filled = 0;
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(64 - filled, bytes.length - at);
      block.set(bytes.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < 64) return;
      compress(hash, schedule, block);
      filled = 0;
    }
  };
  for (const part of parts) {
    add(part);
    length += part.length;
  }
  const padding = new Uint8Array((filled < 56 ? 56 : 120) - filled + 8);
  padding[0] = 0x80;
  const view = new DataView(padding.buffer);
  view.setUint32(padding.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padding.length - 4, length * 8);
  add(padding);
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function compress(hash: Int32Array, w: Int32Array, block: Uint8Array): void {
  for (let i = 0; i < 16; i++) {
    const at = i * 4;
    w[i] = (block[at]! << 24) | (block[at + 1]! << 16) | (block[at + 2]! << 8) | block[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
    const s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = hash as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[i]! + w[i]!) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i]! + word) | 0;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * Fractional parts of square roots (the hash's initial value) and cube roots (its rounds) of the first primes.
 */
const primes = firstPrimes(64);
const initialHash = primes.slice(0, 8).map((prime) => fraction(prime ** (1 / 2)));
const roundConstants = Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3)));

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 4294967296) | 0;
}
