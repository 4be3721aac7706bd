/**
 * The CSV form of a question's answer. Node only.
 *
 * This folder owns CSV: cells, the form of the rows, and the file, which is read and sent page by page.
 * @module
 */
import type { CsvValue } from './cells';

/** The form of a question's answer as a CSV file. The columns may depend on the input (selected columns). */
export interface CsvForm<Input, Answer> {
  /** Returns the titles of the columns. */
  header(input: Input): readonly string[];
  /** Returns the rows, each with as many cells as there are titles. */
  rows(answer: Answer, input: Input): readonly (readonly CsvValue[])[];
}

/** A column of a list: its title, and the cell of an item. */
export type CsvColumn<Item> = readonly [title: string, cell: (item: Item) => CsvValue];

/** Returns the form of a list: one row per item. `columns`: fixed, or a function of the input. */
export function csvOfItems<Input, Item>(
  columns: readonly CsvColumn<Item>[] | ((input: Input) => readonly CsvColumn<Item>[]),
): CsvForm<Input, { items: readonly Item[] }> {
  const of = (input: Input) => (typeof columns === 'function' ? columns(input) : columns);
  return {
    header: (input) => of(input).map(([title]) => title),
    rows: ({ items }, input) => {
      const cells = of(input);
      return items.map((item) => cells.map(([, cell]) => cell(item)));
    },
  };
}
