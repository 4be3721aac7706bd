/**
 * Client interceptors: they check what `withMetadata` gives, and attach it as one header to everything that a
 * client starts. If the lab has a payload codec, the codec encodes the header, so that history never holds it
 * in plain text. Node only.
 *
 * This folder owns the capture at a client. The plugin uses it; it loads no worker and no store.
 * @module
 */
import type {
  ActivityClientInterceptor,
  NexusClientInterceptor,
  ScheduleClientInterceptor,
  WorkflowClientInterceptor,
} from '@temporalio/client';
import { defaultPayloadConverter, type Headers, type Payload, type PayloadCodec } from '@temporalio/common';
import { MetadataError, ProvenanceError } from '../../src/errors';
import { describeIssues } from '../../src/metadata/issues';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import {
  type CarriedContext,
  currentCarriedContext,
  currentClientMetadata,
} from '../../src/temporal/client-context';
import {
  encodeHeader,
  HEADER_NAME,
  headerText,
  MAX_NEXUS_HEADER_BYTES,
  MAX_START_HEADER_BYTES,
  type MetadataContext,
  type SealedPayload,
  type WireHeader,
} from '../../src/temporal/header';
import { seal, unseal } from '../../src/temporal/sealing';

/** Marks our interceptors, so that a client never gets them twice. */
const CLIENT_MARK = Symbol.for('temporal-provenance.client-interceptor');

/** The interceptors of one client, by the kind of client. */
export interface ProvenanceClientInterceptors {
  workflow: WorkflowClientInterceptor;
  schedule: ScheduleClientInterceptor;
  activity: ActivityClientInterceptor;
  nexus: NexusClientInterceptor;
}

/**
 * Creates the interceptors of a client. `codecs` returns the payload codecs of the lab's data converter. It is
 * called for each call.
 */
export function clientInterceptors(codecs: () => readonly PayloadCodec[]): ProvenanceClientInterceptors {
  const attach = (headers: Headers): Promise<Headers> =>
    unlessFaulty(headers, async () => {
      const header = await currentHeader(codecs());
      return header ? { ...headers, [HEADER_NAME]: sized(encodeHeader(header)) } : headers;
    });
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
  const nexus: NexusClientInterceptor = {
    async startOperation(input, next) {
      const headers = await unlessFaulty(input.headers, async () => {
        const header = await currentHeader(codecs());
        if (!header) return input.headers;
        const text = headerText(header);
        assertFits(text.length, MAX_NEXUS_HEADER_BYTES);
        return { ...input.headers, [HEADER_NAME]: text };
      });
      return next({ ...input, headers });
    },
  };
  return {
    workflow: marked(workflow),
    schedule: marked(schedule),
    activity: marked(activity),
    nexus: marked(nexus),
  };
}

/** Throws to the caller if the metadata is invalid. After a fault of ours the call goes without metadata. */
async function unlessFaulty<T>(without: T, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (ProvenanceError.is(error)) throw error;
    process.emitWarning(
      `temporal-provenance: metadata could not be attached to what a client starts: ${String(error)}`,
    );
    return without;
  }
}

/** True if the list already has our interceptor. */
export function hasClientMark(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.some((item) => typeof item === 'object' && item !== null && CLIENT_MARK in item)
  );
}

/** The metadata that surrounds the call, as a header; `undefined` if there is none. */
async function currentHeader(codecs: readonly PayloadCodec[]): Promise<Omit<WireHeader, 'v'> | undefined> {
  const own = givenMetadata();
  const carried = currentCarriedContext();
  const context = carried
    ? await passedOn(carried, own, codecs)
    : own && Object.keys(own).length > 0 && (await sealed({ user: own }, codecs));
  return context || undefined;
}

/** @throws MetadataError */
function givenMetadata(): JsonObject | undefined {
  const given = currentClientMetadata();
  if (!given) return undefined;
  const { fields, issues } = given;
  if (issues.length > 0) throw new MetadataError(`withMetadata: ${describeIssues(issues)}`, [...issues]);
  return fields;
}

/** The context that a Nexus operation was called with, with the metadata that its code adds on top. */
async function passedOn(
  { sealed: theirs, caller, ...carried }: CarriedContext,
  own: JsonObject | undefined,
  codecs: readonly PayloadCodec[],
): Promise<Omit<WireHeader, 'v'>> {
  const from = caller && { caller };
  if (theirs && (!own || codecs.length === 0)) {
    return { ...(await sealed({ ...carried, user: own }, codecs)), sealed: theirs, ...from };
  }
  const outer = theirs ? await unsealed(theirs, codecs) : carried.user;
  const user = outer || own ? { ...outer, ...own } : undefined;
  return { ...(await sealed({ ...carried, user }, codecs)), ...from };
}

/**
 * Plain text if the lab has no codec. Otherwise the codec encodes the user metadata; if there is more than
 * that, it encodes a whole header.
 */
async function sealed(context: MetadataContext, codecs: readonly PayloadCodec[]): Promise<MetadataContext> {
  const { user, plan, issues, ...rest } = context;
  if (codecs.length === 0 || !(user || plan || issues)) return context;
  if (!plan && !issues)
    return { ...rest, sealed: await seal(defaultPayloadConverter.toPayload(user), codecs) };
  return { ...rest, opaque: await seal(encodeHeader({ user, plan, issues }), codecs) };
}

/** Opens sealed metadata; `undefined` if this lab's codecs did not seal it. */
async function unsealed(
  payload: SealedPayload,
  codecs: readonly PayloadCodec[],
): Promise<JsonObject | undefined> {
  try {
    const user: unknown = defaultPayloadConverter.fromPayload(await unseal(payload, codecs));
    return isJsonObject(user) ? user : undefined;
  } catch {
    return undefined;
  }
}

function sized(header: Payload): Payload {
  assertFits(header.data?.length ?? 0, MAX_START_HEADER_BYTES);
  return header;
}

function assertFits(bytes: number, limit: number): void {
  if (bytes <= limit) return;
  const message = `withMetadata: the metadata takes ${bytes} bytes as a header; the limit is ${limit}. Store long values elsewhere, and set their address.`;
  throw new MetadataError(message, [{ path: [], message: `must be at most ${limit} bytes` }]);
}

function marked<T extends object>(interceptor: T): T {
  return Object.defineProperty(interceptor, CLIENT_MARK, { value: true });
}
