/**
 * Client interceptors: what `withMetadata` gives is checked and attached, as one header, to whatever a client starts. With
 * a payload codec it is encoded by it, so that history never holds it in clear. Node only.
 * @module
 */
import type {
  ActivityClientInterceptor,
  ScheduleClientInterceptor,
  WorkflowClientInterceptor,
} from '@temporalio/client';
import { defaultPayloadConverter, type Headers, type PayloadCodec } from '@temporalio/common';
import { currentClientMetadata } from '../src/client-metadata';
import { MetadataError } from '../src/errors';
import { assertMetadata } from '../src/metadata/fields';
import type { JsonObject } from '../src/model/json';
import { encodeHeader, HEADER_NAME, MAX_START_HEADER_BYTES, sealPayload } from './propagation';

/** Marks our interceptors, so that a client is never given them twice. */
export const CLIENT_MARK = Symbol.for('temporal-provenance.client-interceptor');

/** The interceptors of one client, by the kind of client they belong to. */
export interface ProvenanceClientInterceptors {
  workflow: WorkflowClientInterceptor;
  schedule: ScheduleClientInterceptor;
  activity: ActivityClientInterceptor;
}

/** `codecs`: those of the lab's data converter, asked at each call. */
export function clientInterceptors(codecs: () => readonly PayloadCodec[]): ProvenanceClientInterceptors {
  const attach = async (headers: Headers): Promise<Headers> => {
    const metadata = currentClientMetadata();
    return metadata === undefined ? headers : withUserMetadata(headers, metadata, codecs());
  };
  const workflow: WorkflowClientInterceptor = {
    async startWithDetails(input, next) {
      return next({ ...input, headers: await attach(input.headers) });
    },
    async signalWithStart(input, next) {
      return next({ ...input, headers: await attach(input.headers) });
    },
    async startUpdateWithStart(input, next) {
      return next({ ...input, workflowStartHeaders: await attach(input.workflowStartHeaders) });
    },
  };
  const schedule: ScheduleClientInterceptor = {
    async create(input, next) {
      return next({ ...input, headers: await attach(input.headers) });
    },
  };
  const activity: ActivityClientInterceptor = {
    async start(input, next) {
      return next({ ...input, headers: await attach(input.headers) });
    },
  };
  return { workflow: marked(workflow), schedule: marked(schedule), activity: marked(activity) };
}

/** True when the list has our interceptor already. */
export function hasClientMark(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.some((item) => typeof item === 'object' && item !== null && CLIENT_MARK in item)
  );
}

async function withUserMetadata(
  headers: Headers,
  metadata: JsonObject,
  codecs: readonly PayloadCodec[],
): Promise<Headers> {
  assertMetadata(metadata, 'withMetadata');
  if (Object.keys(metadata).length === 0) return headers;
  let payloads = [defaultPayloadConverter.toPayload(metadata)];
  for (const codec of codecs) payloads = await codec.encode(payloads);
  const header = encodeHeader(codecs.length ? { sealed: sealPayload(payloads[0]!) } : { user: metadata });
  const size = header.data?.length ?? 0;
  if (size > MAX_START_HEADER_BYTES) {
    const message = `withMetadata: the metadata takes ${size} bytes as a header, ${MAX_START_HEADER_BYTES} are the limit. Put what is long where it can be fetched, and give its address.`;
    throw new MetadataError(message, [
      { path: [], message: `must be at most ${MAX_START_HEADER_BYTES} bytes` },
    ]);
  }
  return { ...headers, [HEADER_NAME]: header };
}

function marked<T extends object>(interceptor: T): T {
  return Object.defineProperty(interceptor, CLIENT_MARK, { value: true });
}
