/**
 * The filter box, its error, and the help on filters. Node only.
 * @module
 */

import type { Child } from 'hono/jsx';
import type { FasterSearch } from '../../../questions/hints/indexed';
import type { View } from './view';

/** The error of a filter. */
export interface FilterFault {
  detail: string;
  /** Index into the text, from 0. */
  position?: number;
  /** Faster alternatives, if it took too long. */
  instead?: FasterSearch;
}

const PLACEHOLDERS = {
  runs: "operator = 'Ada' AND time > '7d'",
  executions: "status = 'failed' AND start_time > '7d'",
} as const;

/** Hidden fields for the other parameters of a form. */
export function Kept({ view, but }: { view: View; but: readonly string[] }) {
  return (
    <>
      {view.others(...but).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** The box. `of`: the list whose fields are suggested. */
export function SearchBox(given: {
  view: View;
  where: string;
  of: 'runs' | 'executions';
  fault?: FilterFault;
  children?: Child;
}) {
  const { view, where, of, fault, children } = given;
  return (
    <search>
      <form method="get" action={view.path} class="search">
        <Kept view={view} but={['where']} />
        <label for="where" class="unseen">
          Filter of {of}
        </label>
        <input
          id="where"
          name="where"
          type="search"
          value={where}
          placeholder={PLACEHOLDERS[of]}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          data-suggest={of}
          aria-invalid={fault ? 'true' : undefined}
          aria-describedby={fault ? 'where-fault' : undefined}
        />
        <button class="main" type="submit">
          Search
        </button>
      </form>
      {fault && <Fault where={where} fault={fault} />}
      {children}
    </search>
  );
}

/** The filter with the position of the error marked, and the message. */
function Fault({ where, fault: { detail, position } }: { where: string; fault: FilterFault }) {
  return (
    <div id="where-fault" class="filter-fault" role="alert">
      {position !== undefined && <Marked text={where} position={position} />}
      <p>{detail}</p>
    </div>
  );
}

/** The characters shown on each side of the error. */
const AROUND = 300;

function Marked({ text, position }: { text: string; position: number }) {
  const at = Math.min(position, text.length);
  const word = /^(?:[\p{L}\p{N}_$.]+|[\s\S])/u.exec(text.slice(at))?.[0] ?? '';
  const before = text.slice(Math.max(0, at - AROUND), at);
  return (
    <pre class="filter-text">
      {at > AROUND && '…'}
      {before}
      {word === '' ? <mark> (end)</mark> : <mark>{word.slice(0, AROUND)}</mark>}
      {text.slice(at + word.length, at + word.length + AROUND)}
    </pre>
  );
}
