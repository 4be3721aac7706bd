/**
 * Histories as Temporal Cloud exports them: files of protobuf messages `temporal.api.export.v1.WorkflowExecutions`
 * (`repeated WorkflowExecution items = 1`, each with `History history = 1`). The SDK does not carry that message, so its two
 * outer levels are read here and the history by the SDK. Source: temporalio/api, `temporal/api/export/v1/message.proto`.
 * @module
 */
import { opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { ProvenanceError } from '../errors';
import type { HistoryEvent } from './activity-history';

/** One execution of an export, with the file it stands in; a history that can't be read says why. */
export type ExportedExecution = { file: string; events: HistoryEvent[] } | { file: string; reason: string };

/**
 * Every execution in the files below a folder.
 * @throws EXPORT_INVALID when the folder can't be read
 */
export async function* readExport(folder: string): AsyncGenerator<ExportedExecution> {
  for await (const file of filesBelow(folder)) {
    let items: Uint8Array[];
    try {
      items = lengthDelimited(await readFile(file), 1);
    } catch (error) {
      yield { file, reason: error instanceof Error ? error.message : String(error) };
      continue;
    }
    for (const item of items) yield readItem(file, item);
  }
}

function readItem(file: string, item: Uint8Array): ExportedExecution {
  try {
    const [history] = lengthDelimited(item, 1);
    if (!history) return { file, reason: 'an execution without a history' };
    return { file, events: temporal.api.history.v1.History.decode(history).events ?? [] };
  } catch (error) {
    return { file, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  let entries: Awaited<ReturnType<typeof opendir>>;
  try {
    entries = await opendir(folder);
  } catch (cause) {
    const message = `The export folder ${folder} can't be read: give the folder that holds the exported files`;
    throw new ProvenanceError('EXPORT_INVALID', message, { cause });
  }
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && !entry.name.startsWith('.')) yield path;
  }
}

const LENGTH_DELIMITED = 2;

/** The values of one length-delimited field of a protobuf message; other fields are passed over. */
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
