/**
 * The smallest parts of pages: a status, a time, a duration, a size, a number, a digest, a chip. Node only.
 *
 * This folder owns the parts that several pages are made of. Each says how it is used; `docs` of a page's looks are the style
 * sheets in `style`, in the same order.
 * @module
 */
import type { Child } from 'hono/jsx';
import { size, span } from '../../questions/shown/measures';
import { safe } from '../../questions/shown/safe-text';
import { SIGNS, type Tone, toneOf } from '../../questions/status';
import { instant } from '../../questions/words';

/** `<Status of="failed" />`: a status word with its tone, by colour and by sign, so that it is told apart without colour. */
export function Status({ of }: { of: string }) {
  return <Toned tone={toneOf(of)}>{of}</Toned>;
}

/** `<Toned tone="good">alive</Toned>`: words with a tone, by colour and by sign. */
export function Toned({ tone, children }: { tone: Tone; children?: Child }) {
  return (
    <span class={`status ${tone}`}>
      <span class="sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      {children}
    </span>
  );
}

/**
 * `<Time at={start.time} relative />`: an instant. `at`: UNIX seconds. A script shows it in the reader's zone, with UTC on hover,
 * and as `3 min ago` where it is `relative`; without, it is UTC.
 */
export function Time({ at, relative = false }: { at: number; relative?: boolean }) {
  const text = instant(at);
  return (
    <time datetime={instant(at, 'milliseconds')} title={text} class={relative ? 'relative' : undefined}>
      {text.replace('T', ' ').replace('Z', ' UTC')}
    </time>
  );
}

/** `<Took ms={2500} />`: a duration, rounded for people; the exact one on hover. */
export function Took({ ms }: { ms: number }) {
  return (
    <span class="took" title={`${ms.toLocaleString('en-US')} ms`}>
      {tookText(ms)}
    </span>
  );
}

/** `6 ms`, `1.4 s`, `3.1 min`, `2.2 h`: as the command line has it. */
export function tookText(ms: number): string {
  return span(ms / 1_000);
}

/** `<Size bytes={4096} />`: a size; the exact one on hover. */
export function Size({ bytes }: { bytes: number }) {
  return (
    <span class="size" title={`${bytes.toLocaleString('en-US')} bytes`}>
      {sizeText(bytes)}
    </span>
  );
}

/** `188 B`, `2.6 KiB`, `4 MiB`: as the command line has it. */
export function sizeText(bytes: number): string {
  return size(bytes);
}

/** `<Count of={1204311} />`: a number with its thousands apart. */
export function Count({ of }: { of: number }) {
  return <span class="number">{of.toLocaleString('en-US')}</span>;
}

/** `<Digest of={environment.id} />`: the beginning of a digest or an id; the whole on hover, and for the copy button of a script. */
export function Digest({ of, characters = 12 }: { of: string; characters?: number }) {
  const hex = of.replace(/^sha256:/, '');
  return (
    <code class="digest" title={of} data-copy={of}>
      {hex.slice(0, characters)}
    </code>
  );
}

/**
 * `<Text of={operator} />`: text as it was recorded, on one line. What it holds can't reorder what is around it, and control
 * characters are written out.
 */
export function Text({ of }: { of: string }) {
  return <bdi>{safe(of)}</bdi>;
}

/** `<Chip tone="bad">lost</Chip>`, `<Chip href={…}>operator = Ada</Chip>`: a word in a frame. `current`: it is what is shown now. */
export function Chip(given: {
  tone?: Tone;
  href?: string;
  current?: boolean;
  title?: string;
  children?: Child;
}) {
  const { tone, href, current, title, children } = given;
  const of = { class: tone ? `chip ${tone}` : 'chip', title };
  const sign = tone && <span aria-hidden="true">{SIGNS[tone]} </span>;
  if (href === undefined)
    return (
      <span {...of}>
        {sign}
        {children}
      </span>
    );
  return (
    <a {...of} href={href} aria-current={current ? 'true' : undefined}>
      {sign}
      {children}
    </a>
  );
}

/** `<Sentence of={finding.words} />`: a sentence of ours, in which code stands between backticks, and recorded text may stand. */
export function Sentence({ of }: { of: string }) {
  return (
    <bdi>
      {safe(of)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}
    </bdi>
  );
}
