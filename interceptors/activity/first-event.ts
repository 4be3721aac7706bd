/**
 * Reads the first event of an execution's history, for activities whose workflow runs without our module
 * (bundled without the plugin, or written in another language). The event holds metadata, arguments and
 * ancestry. It is read once per execution, with a limited number of reads per second. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type LoadedDataConverter, type Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { ValueEvidence } from '../../src/data/value-evidence';
import type { ExecutionAddress } from '../../src/model/documents';
import type { ExecutionStart } from '../../src/model/execution';
import type { Json } from '../../src/model/json';
import type { Redactor } from '../../src/redaction/redactor';
import { readExecutionStart } from '../../src/temporal/execution-history';
import { MEMO_NAME, type MetadataContext, readHeader, type WireHeader } from '../../src/temporal/header';
import { memoContext } from '../../src/temporal/memo-context';
import { maskedFields, type ValueRecorder } from '../../src/values/policy';
import { type KnownExecution, knownExecution } from './executions';

type StartAttributes = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Reads per second, and the burst that is allowed after a quiet time. */
const LOOKS_PER_SECOND = 50;
const DEADLINE_MS = 2_000;

/** How long others wait for a read in progress, in ms. After that it is given up, and a new one may begin. */
const LOOK_LIMIT_MS = 5_000;

/** The most executions that are read to find the metadata of one. */
const MAX_STEPS = 8;

/** The content of a first event. */
interface FirstLook {
  facts: KnownExecution;
  /** The start, in its recorded form. */
  start: ExecutionStart;
}

interface FirstEventParts {
  values: ValueRecorder;
  evidence: Pick<ValueEvidence, 'inbound'>;
  redactor: Redactor;
}

interface Pending {
  look: Promise<FirstLook | undefined>;
  since_ms: number;
}

/** Reads first events: one at a time for each execution, and at most 50 per second. */
export class FirstEvents {
  readonly #parts: FirstEventParts;
  readonly #pending = new Map<string, Pending>();
  #allowance = LOOKS_PER_SECOND;
  #counted = 0;

  constructor(parts: FirstEventParts) {
    this.#parts = parts;
  }

  /**
   * Returns the facts of the first event. Rejects if the server is unavailable, or if it was queried too often.
   */
  look(client: Client, address: ExecutionAddress): Promise<FirstLook | undefined> {
    const known = this.#pending.get(address.run_id);
    const now = performance.now();
    if (known && now - known.since_ms <= LOOK_LIMIT_MS) return known.look;
    const pending: Pending = {
      since_ms: now,
      look: this.#read(client, address).finally(() => {
        if (this.#pending.get(address.run_id) === pending) this.#pending.delete(address.run_id);
      }),
    };
    this.#pending.set(address.run_id, pending);
    return pending.look;
  }

  #allowed(): boolean {
    const now = performance.now();
    const refill = ((now - this.#counted) / 1000) * LOOKS_PER_SECOND;
    this.#allowance = Math.min(LOOKS_PER_SECOND, this.#allowance + refill);
    this.#counted = now;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }

  async #read(client: Client, address: ExecutionAddress): Promise<FirstLook | undefined> {
    const event = await this.#fetch(client, address);
    const converter = client.options.loadedDataConverter;
    const { values, redactor, evidence } = this.#parts;
    const came: unknown[] = [];
    const record = async (payloads: readonly Payload[]): Promise<Json[]> => {
      const decoded = await Promise.all(payloads.map((payload) => decodePayload(payload, converter)));
      came.push(...decoded);
      return values.values(decoded);
    };
    const start = await readExecutionStart(event, address, {
      payloads: record,
      memo: async (payload) => (await record([payload]))[0] ?? null,
      plain: (value) => redactor.value(value as Json).value,
    });
    if (!event || !start) return undefined;
    // Masked here, since a field's name can make any value a secret.
    const { memo, search_attributes } = start;
    if (memo) start.memo = maskedFields(memo, redactor);
    if (search_attributes) start.search_attributes = maskedFields(search_attributes, redactor);
    const caller = startHeader(event.workflowExecutionStartedEventAttributes)?.caller;
    if (caller) start.caller = caller;
    const metadata = await this.#metadata(client, event, address);
    const inbound = evidence.inbound([came, start.search_attributes]) ?? 'too_large';
    return { start, facts: { ...knownExecution(start), ...metadata, inbound } };
  }

  /**
   * Returns the metadata that came with the start. A workflow without our module does not pass metadata on.
   * Therefore, if the start has none, the metadata of the chain's first run or of the parent is used.
   */
  async #metadata(
    client: Client,
    first: HistoryEvent,
    address: ExecutionAddress,
  ): Promise<Pick<KnownExecution, 'start' | 'incomplete'>> {
    let event: HistoryEvent | undefined = first;
    let at = address;
    try {
      for (let step = 0; step < MAX_STEPS; step++) {
        const attributes: StartAttributes | undefined =
          event?.workflowExecutionStartedEventAttributes ?? undefined;
        if (!attributes) break;
        const start = await startContext(attributes, client.options.loadedDataConverter);
        const origin = start ? undefined : originOf(attributes, at);
        if (!origin) return start ? { start } : {};
        at = origin;
        event = await this.#fetch(client, at);
      }
      return {};
    } catch (error) {
      return { incomplete: `the start of ${at.workflow_id} could not be read: ${String(error)}` };
    }
  }

  async #fetch(client: Client, address: ExecutionAddress): Promise<HistoryEvent | undefined> {
    if (!this.#allowed()) throw new Error(`more than ${LOOKS_PER_SECOND} lookups per second`);
    const { history } = await client.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace: address.namespace,
        execution: { workflowId: address.workflow_id, runId: address.run_id },
        maximumPageSize: 1,
      }),
    );
    return history?.events?.[0];
  }
}

/** The execution that this one originates from: the first of its chain, else its parent. */
function originOf(attributes: StartAttributes, address: ExecutionAddress): ExecutionAddress | undefined {
  const { firstExecutionRunId: first, parentWorkflowExecution: parent } = attributes;
  if (first && first !== address.run_id) return { ...address, run_id: first };
  if (!parent?.workflowId || !parent.runId) return undefined;
  const namespace = attributes.parentWorkflowNamespace || address.namespace;
  return { namespace, workflow_id: parent.workflowId, run_id: parent.runId };
}

function startHeader(attributes: StartAttributes | null | undefined): WireHeader | undefined {
  return readHeader(attributes?.header?.fields as Record<string, Payload> | undefined);
}

/** Returns the metadata that came with the start: from our header, else from the memo. */
async function startContext(
  attributes: StartAttributes,
  converter: LoadedDataConverter,
): Promise<MetadataContext | undefined> {
  const header = startHeader(attributes);
  if (header) return header;
  const memo = attributes.memo?.fields?.[MEMO_NAME];
  if (!memo) return undefined;
  const value = await decodePayload(memo, converter);
  const context = memoContext(value, await decoded(memo, converter).catch(() => undefined));
  return context.user ? context : undefined;
}

/**
 * Decodes a payload with the lab's converter, else with the default one (search attributes use it). If both
 * fail, returns its size.
 */
async function decodePayload(payload: Payload, converter: LoadedDataConverter): Promise<unknown> {
  try {
    return converter.payloadConverter.fromPayload(await decoded(payload, converter));
  } catch {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return { type: 'undecodable', size_bytes: payload.data?.length ?? 0 };
    }
  }
}

/** Decodes a payload with the lab's codecs. */
async function decoded(payload: Payload, { payloadCodecs }: LoadedDataConverter): Promise<Payload> {
  let payloads = [payload];
  for (const codec of [...payloadCodecs].reverse()) payloads = await codec.decode(payloads);
  return payloads[0]!;
}
