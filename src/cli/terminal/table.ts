/**
 * Tables that fit the terminal: empty columns are omitted, and wide ones shrink. Node only.
 * @module
 */
import type { Style } from '../io';
import { cut, pad, widthOf } from './text';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** Returns the text of a cell, already safe. */
  text(row: Row): string;
  paint?(text: string, row: Row): string;
  align?: 'left' | 'right';
  /** The minimum width; without it, the column keeps its width. */
  least?: number;
  /** The maximum width. */
  most?: number;
  /** The column may be omitted on a narrow terminal; the highest number is omitted first. */
  drop?: number;
}

const GAP = '  ';

/** Returns the lines of the table, the titles first. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string[] {
  const filled = columns
    .map((column) => measured(column, rows))
    .filter(({ cells }) => cells.some((text) => text !== ''));
  const shown = shownOf(filled, style.width);
  const widths = fitted(shown, roomOf(shown, style.width));
  const title = shown.map(({ column }, i) => aligned(column.title, widths[i]!, column.align));
  const lines = rows.map((row, r) =>
    shown.map(({ column, cells }, i) => {
      const text = aligned(cut(cells[r]!, widths[i]!), widths[i]!, column.align);
      return column.paint?.(text, row) ?? text;
    }),
  );
  return [style.colors.bold(title.join(GAP).trimEnd()), ...lines.map((parts) => parts.join(GAP).trimEnd())];
}

interface Measured<Row> {
  column: Column<Row>;
  cells: string[];
  width: number;
  least: number;
}

function measured<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const cells = rows.map((row) => column.text(row));
  const full = Math.max(widthOf(column.title), ...cells.map(widthOf));
  const width = Math.min(column.most ?? Number.POSITIVE_INFINITY, full);
  const least = Math.max(widthOf(column.title), column.least ?? width);
  return { column, cells, width, least: Math.min(width, least) };
}

/** Returns the columns that fit at their minimum widths. */
function shownOf<Row>(columns: Measured<Row>[], width: number): Measured<Row>[] {
  const needed = columns.reduce((sum, { least }) => sum + least, 0);
  const first = columns.reduce((most, { column }) => Math.max(most, column.drop ?? 0), 0);
  if (needed <= roomOf(columns, width) || first === 0) return columns;
  return shownOf(
    columns.filter(({ column }) => column.drop !== first),
    width,
  );
}

function roomOf(columns: readonly unknown[], width: number): number {
  return width - GAP.length * Math.max(0, columns.length - 1);
}

function aligned(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  return pad(text, width, align === 'right' ? 'left' : 'right');
}

/** Returns widths that fit: the widest column that may shrink shrinks first. */
function fitted(columns: readonly { width: number; least: number }[], room: number): number[] {
  const widths = columns.map(({ width }) => width);
  for (let over = total(widths) - room; over > 0; over -= 1) {
    const widest = columns.reduce((best, { least }, i) => {
      if (widths[i]! <= least) return best;
      return best < 0 || widths[i]! > widths[best]! ? i : best;
    }, -1);
    if (widest < 0) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}
