/**
 * How the answer of a question is a CSV file. Node only.
 *
 * This folder owns CSV: cells, the form that a question gives its rows, and the file, which is read and sent part by part.
 * @module
 */
import type { CsvValue } from './cells';

/** The form of a question's answer as a CSV file. What the columns are may hang on the input (columns that a reader chose). */
export interface CsvForm<Input, Answer> {
  /** Titles of the columns. */
  header(input: Input): readonly string[];
  /** Rows of the file, each with as many cells as the header has titles. */
  rows(answer: Answer, input: Input): readonly (readonly CsvValue[])[];
}

/** A column of a list: its title, and its cell of an item. */
export type CsvColumn<Item> = readonly [title: string, cell: (item: Item) => CsvValue];

/** The form of a list: one row an item. `columns`: the same for every input, or a function of it. */
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
