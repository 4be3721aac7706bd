/**
 * Larger parts of pages: sections, tables, what is shown where nothing is there. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';

/** A part of a page under a heading that can be linked to. */
export function Section({ id, title, children }: { id: string; title: string; children?: Child }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <a href={`#${id}`}>{title}</a>
      </h2>
      {children}
    </section>
  );
}

/** Where nothing is there: why, and what to do. */
export function Empty({ title, children }: { title: string; children?: Child }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Sentences that belong beside an answer. */
export function Remarks({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul class="remarks">
      {lines.map((line) => (
        <li>{line}</li>
      ))}
    </ul>
  );
}

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** Of the cells: `number` is aligned to the right. @defaultValue 'text' */
  kind?: 'text' | 'number';
  cell(row: Row): Child;
}

/** A table in a box that scrolls sideways by itself. */
export function Table<Row>(given: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
}) {
  const { caption, columns, rows } = given;
  return (
    <div class="table-box">
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, kind }) => (
              <th scope="col" class={kind}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(({ cell, kind }) => (
                <td class={kind}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
