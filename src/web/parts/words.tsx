/**
 * The smallest parts of pages: a status, a time, a duration, a size, a digest. Node only.
 *
 * This folder owns the parts that several pages are made of.
 * @module
 */
import { toneOf } from '../../questions/status';
import { instant } from '../../questions/words';

/** A status word with its tone: by colour and by sign, so that it is told apart without colour. */
export function Status({ of }: { of: string }) {
  return <span class={`status ${toneOf(of)}`}>{of}</span>;
}

/** An instant. `at`: UNIX seconds. A script shows it in the reader's zone, with UTC on hover; without, it is UTC. */
export function Time({ at, relative = false }: { at: number; relative?: boolean }) {
  const text = instant(at);
  return (
    <time datetime={instant(at, 'milliseconds')} title={text} class={relative ? 'relative' : undefined}>
      {text.replace('T', ' ').replace('Z', ' UTC')}
    </time>
  );
}

/** A duration, rounded for people; the exact one on hover. */
export function Took({ ms }: { ms: number }) {
  return <span title={`${ms.toLocaleString('en-US')} ms`}>{tookText(ms)}</span>;
}

/** `6 ms`, `1.4 s`, `3 min 5 s`, `2 h 10 min`. */
export function tookText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A size; the exact one on hover. */
export function Size({ bytes }: { bytes: number }) {
  return <span title={`${bytes.toLocaleString('en-US')} bytes`}>{sizeText(bytes)}</span>;
}

/** `188 B`, `2.6 KiB`, `4 MiB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A digest or id: its beginning, the whole on hover. */
export function Digest({ of, characters = 12 }: { of: string; characters?: number }) {
  const hex = of.replace(/^sha256:/, '');
  return (
    <code class="digest" title={of}>
      {hex.slice(0, characters)}
    </code>
  );
}
