/**
 * The smallest parts of pages: a status, a time, a duration, a size, a number, a digest, a chip. Node only.
 *
 * This folder owns the parts that several pages share. The comment of each shows its use. The style sheets in `style` have the
 * same order.
 * @module
 */
import type { Child } from 'hono/jsx';
import { size, span } from '../../questions/shown/measures';
import { safe } from '../../questions/shown/safe-text';
import { SIGNS, type Tone, toneOf } from '../../questions/status';
import { instant, shortBuild } from '../../questions/words';

/** `<Status of="failed" />`: a status word with its colour and sign, so that it is readable without colours. */
export function Status({ of }: { of: string }) {
  return <Toned tone={toneOf(of)}>{of}</Toned>;
}

/** `<Toned tone="good">alive</Toned>`: words with a colour and a sign. */
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
 * `<Time at={start.time} relative />`: a time. `at`: UNIX seconds. A script shows local time, with UTC on hover, and `3 min ago`
 * if it is `relative`. Without scripts it is UTC.
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

/** Returns `6 ms`, `1.4 s`, `3.1 min` or `2.2 h`, as on the command line. */
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

/** Returns `188 B`, `2.6 KiB` or `4 MiB`, as on the command line. */
export function sizeText(bytes: number): string {
  return size(bytes);
}

/** `<Count of={1204311} />`: a number with thousands separators. */
export function Count({ of }: { of: number }) {
  return <span class="number">{of.toLocaleString('en-US')}</span>;
}

/** `<Digest of={environment.id} />`: the first digits of a digest or an id; the full one on hover, and for the copy button. */
export function Digest({ of, characters = 12 }: { of: string; characters?: number }) {
  const hex = of.replace(/^sha256:/, '');
  return (
    <code class="digest" title={of} data-copy={of}>
      {hex.slice(0, characters)}
    </code>
  );
}

/**
 * `<Text of={operator} />`: recorded text on one line. It can't reorder the text around it, and control characters are escaped.
 */
export function Text({ of }: { of: string }) {
  return <bdi>{safe(of)}</bdi>;
}

/** `<Build of={worker.build_id} />`: a build id with its digest shortened; the full one on hover. */
export function Build({ of }: { of: string }) {
  return <bdi title={of}>{safe(shortBuild(of))}</bdi>;
}

/** `<Chip tone="bad">lost</Chip>`, `<Chip href={…}>operator = Ada</Chip>`: a word in a frame. `current`: it is the current one. */
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

/** `<Sentence of={finding.words} />`: one of our sentences, with code in backticks and recorded text. */
export function Sentence({ of }: { of: string }) {
  return (
    <bdi>
      {safe(of)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}
    </bdi>
  );
}
