/**
 * Histories as Temporal Cloud exports them: files of protobuf messages `temporal.api.export.v1.WorkflowExecutions` (`repeated
 * WorkflowExecution items = 1`, each with `History history = 1`). The SDK does not contain that message. Its two outer levels are
 * therefore read here, and the history by the SDK. Source: temporalio/api, `temporal/api/export/v1/message.proto`.
 * @module
 */
import { opendir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { ProvenanceError } from '../../errors';
import type { HistoryEvent } from '../../temporal/activity-history';
import type { HistoryLoss } from './history-losses';

/** One execution of an export, or the reason why it can't be read. */
type ExportedExecution = ExportedHistory | { loss: HistoryLoss };

/** One history of an export. */
export interface ExportedHistory {
  events: HistoryEvent[];
  loss?: undefined;
  /** Its name for messages, and when its file was written. Both are needed to report a history that can't be used. */
  of: string;
  time: number;
}

/**
 * Yields every execution in the files below a folder.
 * @throws EXPORT_INVALID if the folder can't be read
 */
export async function* readExport(folder: string): AsyncGenerator<ExportedExecution> {
  for await (const file of filesBelow(folder)) {
    const { time } = file;
    const lose = (of: string, error: unknown): ExportedExecution => {
      const reason = error instanceof Error ? error.message : String(error);
      return { loss: { loss: 'export-file', reason, of, time } };
    };
    let items: Uint8Array[];
    try {
      items = lengthDelimited(await readFile(file.path), 1);
    } catch (error) {
      yield lose(file.path, error);
      continue;
    }
    for (const [index, item] of items.entries()) {
      const of = `execution ${index + 1} of ${file.path}`;
      try {
        yield { events: readEvents(item), of, time };
      } catch (error) {
        yield lose(of, error);
      }
    }
  }
}

function readEvents(item: Uint8Array): HistoryEvent[] {
  const [history] = lengthDelimited(item, 1);
  if (!history) throw new Error('an execution without a history');
  return temporal.api.history.v1.History.decode(history).events ?? [];
}

async function* filesBelow(folder: string): AsyncGenerator<{ path: string; time: number }> {
  let entries: Awaited<ReturnType<typeof opendir>>;
  try {
    entries = await opendir(folder);
  } catch (cause) {
    const message = `The export folder ${folder} can't be read: name the folder with the exported files`;
    throw new ProvenanceError('EXPORT_INVALID', message, { cause });
  }
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && !entry.name.startsWith('.'))
      yield { path, time: (await stat(path)).mtimeMs / 1000 };
  }
}

const LENGTH_DELIMITED = 2;

/** Returns the values of one length-delimited field of a protobuf message. Other fields are skipped. */
function lengthDelimited(message: Uint8Array, field: number): Uint8Array[] {
  const values: Uint8Array[] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[offset++];
      if (byte === undefined || shift > 35) throw new Error('not a protobuf message of exported executions');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (offset < message.length) {
    const tag = varint();
    if ((tag & 7) !== LENGTH_DELIMITED) throw new Error('not a protobuf message of exported executions');
    const length = varint();
    if (offset + length > message.length)
      throw new Error('an exported file that ends in the middle of an execution');
    if (tag >>> 3 === field) values.push(message.subarray(offset, offset + length));
    offset += length;
  }
  return values;
}
