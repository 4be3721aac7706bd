/**
 * Tables without lines that fit the terminal: columns that nobody fills are left out, wide ones give way. Node only.
 * @module
 */
import type { Style } from '../io';
import { cut, pad, widthOf } from './text';

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
}

const GAP = '  ';

/** The table's lines, title first. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string[] {
  const cells = columns.map((column) => rows.map((row) => column.text(row)));
  const shown = columns.map((_, i) => i).filter((i) => cells[i]!.some((text) => text !== ''));
  const widths = fitted(
    shown.map((i) => ({
      width: Math.min(
        columns[i]!.most ?? Number.POSITIVE_INFINITY,
        Math.max(widthOf(columns[i]!.title), ...cells[i]!.map(widthOf)),
      ),
      least: columns[i]!.least,
    })),
    style.width - GAP.length * Math.max(0, shown.length - 1),
  );
  const title = shown.map((i, n) => aligned(columns[i]!.title, widths[n]!, columns[i]!.align));
  const lines = rows.map((row, r) =>
    shown.map((i, n) => {
      const text = aligned(cut(cells[i]![r]!, widths[n]!), widths[n]!, columns[i]!.align);
      return columns[i]!.paint?.(text, row) ?? text;
    }),
  );
  return [style.colors.bold(title.join(GAP).trimEnd()), ...lines.map((parts) => parts.join(GAP).trimEnd())];
}

function aligned(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  return pad(text, width, align === 'right' ? 'left' : 'right');
}

/** Widths that fit: the widest that may give way gives way first. */
function fitted(columns: { width: number; least?: number }[], room: number): number[] {
  const widths = columns.map(({ width }) => width);
  for (let over = total(widths) - room; over > 0; over = total(widths) - room) {
    const widest = columns.reduce((best, { least }, i) => {
      if (least === undefined || widths[i]! <= least) return best;
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
