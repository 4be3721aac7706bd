/**
 * Tables of records: a head that stays, numbers that line up, cards on a phone. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** Of the cells: `number` is aligned to the right, `long` may break into lines. @defaultValue 'text' */
  kind?: 'text' | 'number' | 'long';
  /** Names the row: the heading of its card on a phone, and read out with each of its cells. */
  lead?: boolean;
  /** For a script: what the column is. */
  key?: string;
  /** The server sorts by it: where that leads, and how the rows are sorted now. */
  order?: { href: string; sorted?: 'ascending' | 'descending' };
  /** What a sortable table is sorted by; absent: the text of the cell. */
  sort?(row: Row): string | number | undefined;
  cell(row: Row): Child;
}

/** What a table shows. */
export interface TableOf<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** For a script: names a row. */
  row_key?(row: Row): string;
  /** A script lets the reader sort it: where all of its rows are here. @defaultValue false */
  sortable?: boolean;
  /** No wider than what it shows: for short tables of few columns. @defaultValue false */
  narrow?: boolean;
  /** On a phone: a card for each row, or a box that scrolls. @defaultValue 'cards' */
  phone?: 'cards' | 'scroll';
}

/** `<Table caption="Workers" columns={COLUMNS} rows={workers} />`: in a box that scrolls sideways by itself. */
export function Table<Row>(given: TableOf<Row>) {
  const { caption, columns, rows, row_key, sortable = false, narrow = false, phone = 'cards' } = given;
  return (
    <figure
      class={narrow ? `table-box narrow ${phone}` : `table-box ${phone}`}
      tabindex={0}
      aria-label={caption}
    >
      <table class={sortable ? 'sortable' : undefined}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, kind, key, order }) => (
              <th scope="col" class={kind} data-key={key} aria-sort={order?.sorted}>
                {order ? <a href={order.href}>{title}</a> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr data-key={row_key?.(row)}>
              {columns.map((column) => (
                <Cell column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const { title, kind, lead, sort, cell } = column;
  const of = { 'data-title': title, 'data-sort': sort?.(row) };
  if (lead)
    return (
      <th scope="row" class={['lead-cell', kind].filter(Boolean).join(' ')} {...of}>
        {cell(row)}
      </th>
    );
  return (
    <td class={kind} {...of}>
      {cell(row)}
    </td>
  );
}
