/**
 * A list as a streamed CSV file. Node only.
 * @module
 */
import type { Labs } from '../../questions/scope';
import { parametersOf } from '../api/parameters';
import { CSV, PAGE } from '../limits';
import type { Question } from '../questions/question';
import type { Answering } from '../reading/readers';
import { csvRow } from './cells';
import { type CsvPart, csvPart } from './part';

/** A question whose answer is requested as a file. */
export interface CsvWanted {
  question: Question<unknown, unknown>;
  /** The parameters of the address, as text. */
  parameters: Readonly<Record<string, string>>;
  /** The number of rows of the file. Default: {@link CSV.most_rows}; if there are more, the last row says so. */
  rows?: number;
}

/**
 * Returns the file. The first page is read before this resolves, so an invalid filter is refused. If a later page fails, the
 * response is aborted, which the client sees.
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
    const parsed = question.input.parse({ ...parameters, ...bounded, ...(after !== undefined && { after }) });
    const read = JSON.parse(await answering.ask(part, parsed, labs)) as CsvPart;
    yield read.text;
    given += read.rows;
    after = read.next;
    if (after === undefined) return;
  }
  if (rows === undefined) yield csvRow([`There are more rows. Request them with after=${after}`]);
}

/** Reads pages only as fast as the client reads them, and stops when the client disconnects. */
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
