/**
 * Tables of records: sticky head, aligned numbers, cards on a phone. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** The kind of the cells: `number` is aligned to the right, `long` may wrap. @defaultValue 'text' */
  kind?: 'text' | 'number' | 'long';
  /** True if the column names the row: it is the heading of its card on a phone, and the row header for screen readers. */
  lead?: boolean;
  /** The id of the column, for scripts. */
  key?: string;
  /** The sort link, if the server sorts by the column, and the current order. */
  order?: { href: string; sorted?: 'ascending' | 'descending' };
  /** The sort key of a sortable table. Default: the text of the cell. */
  sort?(row: Row): string | number | undefined;
  cell(row: Row): Child;
}

/** The content of a table. */
export interface TableOf<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Returns the key of a row, for scripts. */
  row_key?(row: Row): string;
  /** True if a script may sort it, because the page has all rows. @defaultValue false */
  sortable?: boolean;
  /** True if the table is only as wide as its content. @defaultValue false */
  narrow?: boolean;
  /** The form on a phone: a card for each row, or a scrolling box. @defaultValue 'cards' */
  phone?: 'cards' | 'scroll';
}

/** `<Table caption="Workers" columns={COLUMNS} rows={workers} />`: a table in a box with its own horizontal scrolling. */
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
