/**
 * The `lineage` part of a header: where the arguments of an activity, a child, a signal or a continued run come
 * from. Producers are written as ranges of activity numbers, so that a fan-out of thousands is one range. Paths
 * are included as far as they fit. Reading never throws; what does not fit or cannot be read makes it
 * `partial`. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import type { Predecessor } from '../model/documents';
import { LINEAGE_HEADER } from '../model/flow-limits';
import { decodeUtf8, encodeUtf8 } from './header';
import { foldPaths, type NumberedPath, unfoldPaths } from './lineage-paths';
import { inOrder, type Producer, producerKey, readProducers, writeProducers } from './lineage-producers';
import type { WireLineage } from './wire-lineage';

/** A part of arguments that is passed on, and its producer. */
export interface PassedPart extends Producer {
  /** Its place in what the producer returned; absent if it is not known here. */
  from?: string;
  /** Its place in the arguments; absent if it is not reported. */
  to?: string;
}

/** Options of {@link lineageOf}. */
export interface LineageForm {
  /** True if more was passed on than the parts contain. */
  partial?: boolean;
  /** Set if paths are left out: they are sent by sink, or are withheld. */
  paths_by?: WireLineage['paths_by'];
}

/**
 * Precedes the lineage in a header's text. JSON written by a program has no line break, so it is found without
 * reading the rest.
 */
const MARK = '\n,"lineage":';
const MARK_BYTES = encodeUtf8(MARK);

const UNREADABLE: WireLineage = { from: [], partial: true };

/**
 * The wire form of what is passed on; `undefined` if nothing is. It contains all producers, up to a limit, and
 * the paths of parts that have both ends, unless the form leaves them out.
 */
export function lineageOf(parts: readonly PassedPart[], form: LineageForm = {}): WireLineage | undefined {
  if (parts.length === 0 && !form.partial) return undefined;
  const known = new Map(parts.map((part) => [producerKey(part), producerOf(part)]));
  const producers = inOrder([...known.values()]).slice(0, LINEAGE_HEADER.most_producers);
  const places = form.paths_by === 'sink' ? [] : numbered(parts, producers);
  return {
    from: writeProducers(producers),
    ...(places.length > 0 && { paths: foldPaths(places) }),
    ...(form.paths_by && { paths_by: form.paths_by }),
    ...((form.partial || producers.length < known.size) && { partial: true }),
  };
}

/** A header with the lineage appended to its bytes. */
export function withLineage(header: Payload, lineage: WireLineage): Payload {
  const before = header.data?.length ? header.data.length - 1 : 0;
  const tail = encodeUtf8(`${MARK}${JSON.stringify(lineage)}}`);
  const data = new Uint8Array(before + tail.length);
  if (before > 0) data.set(header.data!.subarray(0, before));
  data.set(tail, before);
  return { metadata: header.metadata, data };
}

/**
 * The bytes of a header without the lineage and the last brace: equal for all activities of one scope. They are
 * not copied.
 */
export function bytesBeforeLineage(data: Uint8Array): Uint8Array {
  const at = markIn(data);
  return data.subarray(0, at < 0 ? -1 : at);
}

/** The lineage at the end of a header's bytes, read without the rest; `undefined` if there is none. */
export function lineageIn(data: Uint8Array | null | undefined): WireLineage | undefined {
  const at = data ? markIn(data) : -1;
  if (!data || at < 0) return undefined;
  try {
    const { lineage } = JSON.parse(`{${decodeUtf8(data.subarray(at + 2))}`) as { lineage?: unknown };
    return typeof lineage === 'object' && lineage !== null ? (lineage as WireLineage) : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

/** The producers that a header names. `run_id`: the execution whose history holds it. */
export function predecessorsOf(
  header: { lineage?: WireLineage } | undefined,
  run_id: string,
): { predecessors: Predecessor[]; partial: boolean } {
  const lineage = header?.lineage;
  if (!lineage) return { predecessors: [], partial: false };
  const { producers, partial } = readProducers(lineage.from);
  const predecessors = producers.map(
    ({ run_id: own = run_id, ...rest }): Predecessor => ({ run_id: own, ...rest }),
  );
  for (const { producer, from, to } of unfoldPaths(lineage.paths, LINEAGE_HEADER.most_paths)) {
    const predecessor = predecessors[producer];
    if (!predecessor || from === '') continue;
    predecessor.paths ??= [];
    predecessor.paths.push([from, to]);
  }
  return { predecessors, partial: partial || lineage.partial === true };
}

/** The parts that a header names with their places, for passing them on. */
export function passedParts(lineage: WireLineage): PassedPart[] {
  const { producers } = readProducers(lineage.from);
  return unfoldPaths(lineage.paths, LINEAGE_HEADER.most_paths).flatMap(({ producer, from, to }) => {
    const of = producers[producer];
    return of ? [{ ...of, ...(from !== '' && { from }), to }] : [];
  });
}

function producerOf({ run_id, activity_id, update_id, evidence }: PassedPart): Producer {
  return {
    ...(run_id !== undefined && { run_id }),
    ...(activity_id !== undefined && { activity_id }),
    ...(update_id !== undefined && { update_id }),
    evidence,
  };
}

function numbered(parts: readonly PassedPart[], producers: readonly Producer[]): NumberedPath[] {
  const numbers = new Map(producers.map((producer, number) => [producerKey(producer), number]));
  return parts.flatMap((part) => {
    const producer = numbers.get(producerKey(part));
    const { from = '', to } = part;
    return producer === undefined || to === undefined ? [] : [{ producer, from, to }];
  });
}

/** The position of the mark; -1 if there is none. */
function markIn(data: Uint8Array): number {
  // Lineage is last, behind a line break: docs/design/workflow-sandbox.md#the-header.
  const at = data.lastIndexOf(MARK_BYTES[0]!);
  if (at < 0) return -1;
  return MARK_BYTES.every((byte, n) => data[at + n] === byte) ? at : -1;
}
