/**
 * Larger parts of pages: sections, facts, notices, folded parts, empty states. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';
import { SIGNS, type Tone } from '../../questions/status';

export { type Column, Table } from './table';

/** `<Section id="data" title="Data" count={3} aside={<a …/>}>…</Section>`: a part of a page with a heading that has an anchor. */
export function Section(given: {
  id: string;
  title: string;
  count?: number;
  aside?: Child;
  children?: Child;
}) {
  const { id, title, count, aside, children } = given;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>
          <a href={`#${id}`}>{title}</a>
        </h2>
        {count !== undefined && <span class="badge">{count.toLocaleString('en-US')}</span>}
        {aside && <div>{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** `<KeyValues of={[['Host', host], ['Queue', queue]]} />`: facts, one per line. Values that are undefined, null or false are omitted. */
export function KeyValues({ of }: { of: readonly (readonly [term: string, value: Child | undefined])[] }) {
  const there = of.filter(([, value]) => value !== undefined && value !== null && value !== false);
  return (
    <dl class="facts">
      {there.map(([term, value]) => (
        <div>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `<Figures of={[['runs', 12]]} />`: a few large numbers side by side. */
export function Figures({ of }: { of: readonly (readonly [term: string, value: Child])[] }) {
  return (
    <dl class="figures">
      {of.map(([term, value]) => (
        <div>
          <dt>{term}</dt>
          <dd>{typeof value === 'number' ? value.toLocaleString('en-US') : value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `<Empty title="No runs.">What to do.</Empty>`: the empty state, with the reason and what to do. */
export function Empty({ title, children }: { title: string; children?: Child }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** `<Remarks lines={remarks} />`: remarks on an answer. */
export function Remarks({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul class="remarks">
      {lines.map((line) => (
        <li>
          <bdi>{line}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** `<Notice tone="bad" title="Its attempts are used up.">…</Notice>`: an important notice. */
export function Notice({
  tone = 'open',
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children?: Child;
}) {
  return (
    <div class={`notice ${tone}`}>
      <span class="sign" aria-hidden="true">
        {tone === 'open' ? 'i' : SIGNS[tone]}
      </span>
      <div>
        {title !== undefined && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** `<Details summary="12 more">…</Details>`: a folded part. */
export function Details({ summary, open, children }: { summary: Child; open?: boolean; children?: Child }) {
  return (
    <details class="fold" open={open}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

/** `<Command line="temporal-provenance stash set operator Ada" />`: a command to type; a script adds a copy button. */
export function Command({ line }: { line: string }) {
  return (
    <div class="command">
      <pre data-copy={line}>{line}</pre>
    </div>
  );
}

/** `<Parts first={…} next={…} />`: links to the other pages of a list. */
export function Parts({ first, next }: { first?: string; next?: string }) {
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="parts" aria-label="Parts of the list">
      {first !== undefined && (
        <a class="button" href={first}>
          First
        </a>
      )}
      {next !== undefined && (
        <a class="button" href={next} rel="next">
          Next
        </a>
      )}
    </nav>
  );
}
