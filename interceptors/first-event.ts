/**
 * One look at the first event of an execution's history, for activities whose workflow runs without our module (bundled
 * without the plugin, or written in another language): metadata, arguments and place stand there. One look per
 * execution, a limited number of looks per second. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type LoadedDataConverter, type Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { isJsonObject, type Json } from '../src/model/json';
import { readExecutionStart } from '../src/settlement/execution-history';
import { type ExecutionFacts, factsOf } from './executions';
import { MEMO_NAME, type MetadataContext, readHeader } from './propagation';
import type { ValueRecorder } from './values';

type StartAttributes = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

/** Looks per second, and looks at once after a quiet time. */
const LOOKS_PER_SECOND = 50;
const DEADLINE_MS = 2_000;

export interface ExecutionAddress {
  namespace: string;
  workflow_id: string;
  run_id: string;
}

export class FirstEvents {
  private readonly values: ValueRecorder;
  private readonly pending = new Map<string, Promise<ExecutionFacts | undefined>>();
  private allowance = LOOKS_PER_SECOND;
  private counted = 0;

  constructor(values: ValueRecorder) {
    this.values = values;
  }

  /** Facts from the first event; rejects when the server can't be asked, or was asked too often. */
  look(client: Client, address: ExecutionAddress): Promise<ExecutionFacts | undefined> {
    const known = this.pending.get(address.run_id);
    if (known) return known;
    if (!this.allowed())
      return Promise.reject(new Error(`more than ${LOOKS_PER_SECOND} lookups in a second`));
    const look = this.fetch(client, address).finally(() => this.pending.delete(address.run_id));
    this.pending.set(address.run_id, look);
    return look;
  }

  private allowed(): boolean {
    const now = performance.now();
    const refill = ((now - this.counted) / 1000) * LOOKS_PER_SECOND;
    this.allowance = Math.min(LOOKS_PER_SECOND, this.allowance + refill);
    this.counted = now;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }

  private async fetch(client: Client, address: ExecutionAddress): Promise<ExecutionFacts | undefined> {
    const { history } = await client.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: address.namespace,
        execution: { workflowId: address.workflow_id, runId: address.run_id },
        maximumPageSize: 1,
      }),
    );
    const event = history?.events?.[0];
    const attributes = event?.workflowExecutionStartedEventAttributes;
    if (!event || !attributes) return undefined;
    const converter = client.options.loadedDataConverter;
    const record = async (payloads: readonly Payload[]): Promise<Json[]> =>
      this.values.values(await Promise.all(payloads.map((payload) => decodePayload(payload, converter))));
    const start = await readExecutionStart(event, address, {
      payloads: record,
      memo: async (payload) => (await record([payload]))[0] ?? null,
      plain: (value) => this.values.value(value),
    });
    return start && { ...factsOf(start), start: await startContext(attributes, converter) };
  }
}

/** Metadata that came with the start: our header, else the memo. */
async function startContext(
  attributes: StartAttributes,
  converter: LoadedDataConverter,
): Promise<MetadataContext | undefined> {
  const header = readHeader(attributes.header?.fields as Record<string, Payload> | undefined);
  if (header) return header;
  const memo = attributes.memo?.fields?.[MEMO_NAME];
  const user = memo && (await decodePayload(memo, converter));
  return isJsonObject(user) ? { user } : undefined;
}

/** A payload's value by the lab's converter, else by the default one, as search attributes are; else its size. */
async function decodePayload(payload: Payload, converter: LoadedDataConverter): Promise<unknown> {
  try {
    let payloads = [payload];
    for (const codec of [...converter.payloadCodecs].reverse()) payloads = await codec.decode(payloads);
    return converter.payloadConverter.fromPayload(payloads[0]!);
  } catch {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return { type: 'undecodable', size_bytes: payload.data?.length ?? 0 };
    }
  }
}
