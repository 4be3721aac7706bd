/**
 * A page of a list as rows of a CSV file. It is a question, so the thread that reads also writes the rows. Node only.
 * @module
 */
import type { AnyQuestion, Question } from '../questions/question';
import { csvRow } from './cells';

/** Rows of a CSV file. */
export interface CsvPart {
  /** The text of the rows, without a header. */
  text: string;
  rows: number;
  /** `after` for the next page; absent on the last page. */
  next?: string;
}

/** Returns the same question, answered with rows. */
export function csvPart<Input, Answer>(question: Question<Input, Answer>): Question<Input, CsvPart> {
  const { path, summary, input, answer, slow } = question;
  const form = question.csv!;
  return {
    ...{ path, summary, input, answer, slow },
    name: `${question.name}.csv`,
    async ask(scope, wanted) {
      const found = await question.ask(scope, wanted);
      const rows = form.rows(found, wanted);
      const { next } = found as { next?: string };
      return { text: rows.map(csvRow).join(''), rows: rows.length, ...(next !== undefined && { next }) };
    },
  };
}

/** Returns the questions with a CSV form, as questions for rows. */
export function csvParts(questions: readonly AnyQuestion[]): AnyQuestion[] {
  return questions
    .filter(({ csv }) => csv !== undefined)
    .map((question) => csvPart(question as Question<unknown, unknown>) as AnyQuestion);
}
