/**
 * A list as a CSV file that is sent as it is read. Node only.
 * @module
 */
import type { Labs } from '../../questions/scope';
import { parametersOf } from '../api/parameters';
import { CSV, PAGE } from '../limits';
import type { Question } from '../questions/question';
import type { Answering } from '../reading/readers';
import { csvRow } from './cells';
import { type CsvPart, csvPart } from './part';

/** A question whose answer is wanted as a file. */
export interface CsvWanted {
  question: Question<unknown, unknown>;
  /** Of the address, as text. */
  parameters: Readonly<Record<string, string>>;
  /** Rows of the whole file; absent: {@link CSV.most_rows}, and the last row says so where there are more. */
  rows?: number;
}

/**
 * The file. Its first part is read before this resolves, so that a wrong filter is refused; where a later part fails, the response breaks
 * off, which a client sees.
 * @throws (rejects) Unanswered
 */
export async function csvFile(wanted: CsvWanted, answering: Answering, labs: Labs): Promise<Response> {
  const { question, parameters } = wanted;
  const parts = partsOf(wanted, answering, labs);
  const first = await parts.next();
  const bytes = new TextEncoder();
  const pulled = async function* () {
    yield bytes.encode(csvRow([...question.csv!.header(question.input.parse(parameters))]));
    if (!first.done) yield bytes.encode(first.value);
    for await (const text of parts) yield bytes.encode(text);
  };
  return new Response(streamOf(pulled()), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${question.name}.csv"`,
    },
  });
}

async function* partsOf(
  { question, parameters, rows }: CsvWanted,
  answering: Answering,
  labs: Labs,
): AsyncGenerator<string> {
  const part = csvPart(question);
  const isList = parametersOf(question).some(({ name }) => name === 'limit');
  const most = rows ?? CSV.most_rows;
  let after: string | undefined;
  for (let given = 0; given < most; ) {
    const bounded = isList && { limit: String(Math.min(PAGE.most_items, most - given)) };
    const asked = question.input.parse({ ...parameters, ...bounded, ...(after !== undefined && { after }) });
    const read = JSON.parse(await answering.ask(part, asked, labs)) as CsvPart;
    yield read.text;
    given += read.rows;
    after = read.next;
    if (after === undefined) return;
  }
  if (rows === undefined) yield csvRow([`There are more rows. Request them with after=${after}`]);
}

/** Nothing is read before the client takes it, and nothing more once it is gone. */
function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
