/**
 * Tables without lines that fit the terminal: columns that nobody fills are left out, wide ones give way. Node only.
 * @module
 */
import type { Style } from '../io';
import { cut, pad, widthOf } from './text';

/** A column of a table. */
export interface Column<Row> {
  title: string;
  /** Text of a cell, already safe. */
  text(row: Row): string;
  paint?(text: string, row: Row): string;
  align?: 'left' | 'right';
  /** How narrow it may become; without it, it keeps its width. */
  least?: number;
  /** Widest it is drawn where there is room. */
  most?: number;
  /** Left out where the terminal is too narrow for all; the highest number goes first. */
  drop?: number;
}

const GAP = '  ';

/** The table's lines, title first. */
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

/** All columns that fit at their narrowest. */
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

/** Widths that fit: the widest that may give way gives way first. */
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
