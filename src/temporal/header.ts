/**
 * The header in which metadata travels: one versioned format, the same on a workflow's start, a child, a
 * continued run and an activity. The format is public, so that clients and workers in other languages can take
 * part: a JSON payload (`encoding: json/plain`) whose text is a {@link WireHeader}. Reading never throws.
 * [isolate-safe]
 *
 * This folder owns what Temporal's structures mean: our header, the metadata contexts it carries, histories and
 * their events. Interceptors, values and settlement use it; it records nothing.
 * @module
 */
import type { Headers, Payload } from '@temporalio/common';
import { isKept, largeIntegers, QUOTE_IT } from '../metadata/json-text';
import type { ExecutionAddress, MetadataIssue } from '../model/documents';
import { isJsonObject, type JsonObject } from '../model/json';
import type { WireLineage } from './wire-lineage';

/** Name of the header. */
export const HEADER_NAME = 'temporal-provenance';

/** Name of the memo entry in which a client without the plugin gives metadata: a JSON object. */
export const MEMO_NAME = 'provenance';

/** Version of the header's format. A reader passes a higher version on unread. */
const HEADER_VERSION = 1;

// For headers beyond these limits see docs/design/workflow-sandbox.md#the-header.

/** Largest header at a workflow's start (bytes): history keeps it in plain text, and again for every child. */
export const MAX_START_HEADER_BYTES = 16_384;

/** Largest header on an activity (bytes). Larger metadata is sent by sink, and the header carries its key. */
export const MAX_ACTIVITY_HEADER_BYTES = 1_024;

/** Largest header on a Nexus operation (bytes): the server accepts 8 KiB of headers in total. */
export const MAX_NEXUS_HEADER_BYTES = 4_096;

/**
 * Limit for the headers of everything that one workflow task schedules and starts (bytes). A larger task could
 * never be completed.
 */
export const MAX_TASK_HEADER_BYTES = 524_288;

/**
 * Context number with which a workflow reports, once, that something was scheduled without a header, because
 * the limit of a task was reached.
 */
export const HEADERS_MISSING = 0;

/** Longest metadata of one workflow as JSON text, in UTF-16 units. Longer metadata is marked, not cut. */
export const MAX_CONTEXT_LENGTH = 262_144;

/** A payload as JSON: the output of the lab's codec in base64. */
export interface SealedPayload {
  metadata: { [name: string]: string };
  data: string;
}

/** What is known about the metadata of an execution, or of one scope in it. */
export interface MetadataContext {
  /** Metadata that the client which started the work gave. */
  user?: JsonObject;
  /** The same, encoded by the lab's payload codec: the sandbox can only pass it on. */
  sealed?: SealedPayload;
  /** A header that could not be read at its arrival (encoded, or newer), passed on unchanged. */
  opaque?: SealedPayload;
  /** Metadata that workflow code gave. */
  plan?: JsonObject;
  /** Faults marked in workflow code, which must not throw. The run's opening refuses. */
  issues?: MetadataIssue[];
  /** Key of a further context, which this one extends: `run id/n`. */
  context?: string;
}

/**
 * The relatives of an execution, as far as its activities cannot know them themselves. Empty for the first run
 * of a chain without a parent.
 */
export interface ExecutionAncestry {
  first_execution_run_id?: string;
  parent?: { workflow_id: string; run_id: string; namespace?: string };
  root?: { workflow_id: string; run_id: string };
  schedule_id?: string;
  /** The time at which the schedule planned the start (UNIX seconds). */
  scheduled_start_time?: number;
  /** The execution that called the Nexus operation which started it. */
  caller?: ExecutionAddress;
}

/** The header's text. */
export interface WireHeader extends MetadataContext {
  v: number;
  /** On activities only. Absent if it does not fit, or is not known. */
  execution?: ExecutionAncestry;
  /** The caller. Present only on Nexus operations, and on the start of what they start. */
  caller?: ExecutionAddress;
  /** Where arguments come from. It is the last member, after a line break. */
  lineage?: WireLineage;
}

const JSON_PLAIN = encodeUtf8('json/plain');

/** The header as a payload. `data.length` is its size. */
export function encodeHeader(header: Omit<WireHeader, 'v'>): Payload {
  return {
    metadata: { encoding: JSON_PLAIN },
    data: encodeUtf8(JSON.stringify({ v: HEADER_VERSION, ...header })),
  };
}

/** The header among `headers`; `undefined` if there is none, `opaque` if it exists and cannot be read here. */
export function readHeader(headers: Headers | null | undefined): WireHeader | undefined {
  const payload = headers?.[HEADER_NAME];
  return payload ? decodeHeader(payload) : undefined;
}

/** Reads one header payload. One that cannot be read is returned as `opaque`. */
export function decodeHeader(payload: Payload): WireHeader {
  try {
    const text = jsonText(payload);
    const value: unknown = text && JSON.parse(text);
    if (text && isJsonObject(value) && value.v === HEADER_VERSION) {
      return withoutChanged(value as unknown as WireHeader, text);
    }
  } catch {
    // Falls through: an unreadable header is passed on unchanged.
  }
  return { v: HEADER_VERSION, opaque: sealPayload(payload) };
}

/**
 * Issues for whole numbers in a JSON payload that change when they are parsed: other languages can write more
 * digits than a number of JavaScript holds. Never throws.
 */
export function changedNumbers(payload: Payload | null | undefined): MetadataIssue[] {
  const text = payload && jsonText(payload);
  return text ? issuesOf(text) : [];
}

/** A layer of metadata without the fields that `issues` name. */
export function withoutFaulty(layer: JsonObject, issues: readonly MetadataIssue[]): JsonObject {
  const faulty = new Set(issues.map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(layer).filter(([key]) => !faulty.has(key)));
}

function issuesOf(text: string): MetadataIssue[] {
  return largeIntegers(text, isKept).map(({ path }) => ({ path, message: QUOTE_IT }));
}

/** The header without fields that hold numbers which change when parsed. Their issues are added. */
function withoutChanged(header: WireHeader, text: string): WireHeader {
  const all = issuesOf(text);
  if (all.length === 0) return header;
  const kept: WireHeader = { ...header, issues: [...(header.issues ?? [])] };
  for (const layer of ['user', 'plan'] as const) {
    const own = all.filter(({ path }) => path[0] === layer);
    const issues = own.map(({ path, message }) => ({ path: path.slice(1), message }));
    kept.issues?.push(...issues);
    if (kept[layer]) kept[layer] = withoutFaulty(kept[layer], issues);
  }
  return kept;
}

function jsonText({ data, metadata }: Payload): string | undefined {
  const encoding = metadata?.encoding;
  return data && encoding && decodeUtf8(encoding) === 'json/plain' ? decodeUtf8(data) : undefined;
}

/** The header as ASCII text, for places that take only strings. `length` is its size in bytes. */
export function headerText(header: Omit<WireHeader, 'v'>): string {
  return JSON.stringify({ v: HEADER_VERSION, ...header }).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Reads such a text; `undefined` if it is missing, or if this version cannot read it. */
export function readHeaderText(text: string | undefined): WireHeader | undefined {
  if (text === undefined || text.length > MAX_NEXUS_HEADER_BYTES) return undefined;
  const header = decodeHeader({ metadata: { encoding: JSON_PLAIN }, data: encodeUtf8(text) });
  return header.opaque && !text.includes('"opaque"') ? undefined : header;
}

/** A payload as JSON. */
export function sealPayload(payload: Payload): SealedPayload {
  const metadata: { [name: string]: string } = {};
  for (const [name, bytes] of Object.entries(payload.metadata ?? {}))
    if (bytes) metadata[name] = toBase64(bytes);
  return { metadata, data: toBase64(payload.data ?? new Uint8Array()) };
}

/** In the sandbox each access to a global calls out of the engine. A local copy avoids this cost. */
const { imul } = Math;

/**
 * The n of a context's key, never 0. It is a 53-bit hash of the text, so the same metadata always has the same
 * key, in every version of the code.
 */
export function contextNumber(text: string): number {
  // A hash, not a counter: docs/design/workflow-sandbox.md#in-the-sandbox.
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = imul(high ^ unit, 2654435761);
    low = imul(low ^ unit, 1597334677);
  }
  high = imul(high ^ (high >>> 16), 2246822507) ^ imul(low ^ (low >>> 13), 3266489909);
  low = imul(low ^ (low >>> 16), 2246822507) ^ imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0) || 1;
}

/** `run id/n`. */
export function contextKey(runId: string, n: number): string {
  return `${runId}/${n}`;
}

/** The parts of a key, or `undefined` if the text is not one. */
export function parseContextKey(key: unknown): { run_id: string; n: number } | undefined {
  if (typeof key !== 'string') return undefined;
  const slash = key.lastIndexOf('/');
  const n = Number(key.slice(slash + 1));
  const fits = slash > 0 && /^\d+$/.test(key.slice(slash + 1)) && Number.isSafeInteger(n);
  return fits ? { run_id: key.slice(0, slash), n } : undefined;
}

/** Text as bytes. `TextEncoder` is a global in both Node and the sandbox. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes as text. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The sandbox has neither `Buffer` nor `btoa`. */
function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] ?? 0, bytes[i + 1], bytes[i + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += b === undefined ? '=' : BASE64.charAt((group >> 6) & 63);
    text += c === undefined ? '=' : BASE64.charAt(group & 63);
  }
  return text;
}
