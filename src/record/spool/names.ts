/**
 * Names of the files in a spool's folder. A name carries all that is decided about a segment (who wrote it, which in
 * that writer's order, how long it may grow, who takes it in), so that one `rename` decides. Node only.
 *
 * `<created>.<writer>.<number>.<limit>` and then `.open` (written to), `.seg` (closed), or `.<taker>.taken`.
 * @module
 */

const SEGMENT =
  /^([0-9a-z]{9})\.([0-9a-z-]+)\.([0-9a-z]{5})\.([0-9a-z]+)(?:\.(open|seg)|\.([0-9a-z-]+)\.(taken))$/;

/** `open`: its writer may still write to it. `seg`: closed. `taken`: somebody takes it in. */
export type SegmentState = 'open' | 'seg' | 'taken';

/** What a segment's name says. */
export interface SegmentName {
  /** The name in the folder. */
  file: string;
  /** The part that never changes; segments sort by it: oldest first, each writer's in its order. */
  id: string;
  writer: string;
  number: number;
  /** Bytes that it may hold at most. */
  limit: number;
  state: SegmentState;
  /** Only when taken. */
  taker?: string;
}

/** Identity of a writer's segment. */
export function segmentId(created_ms: number, writer: string, number: number, limit: number): string {
  const created = Math.max(0, Math.floor(created_ms)).toString(36).padStart(9, '0');
  return `${created}.${writer}.${number.toString(36).padStart(5, '0')}.${limit.toString(36)}`;
}

/** Its file's name in a state. */
export function segmentFile(id: string, state: 'open' | 'seg' | { taker: string }): string {
  return typeof state === 'string' ? `${id}.${state}` : `${id}.${state.taker}.taken`;
}

/** `null` when the name is not a segment's. */
export function parseSegment(file: string): SegmentName | null {
  const parts = SEGMENT.exec(file);
  if (parts === null) return null;
  const [, created, writer, number, limit, written, taker] = parts as unknown as string[];
  const state = (written ?? 'taken') as SegmentState;
  const name: SegmentName = {
    file,
    id: `${created}.${writer}.${number}.${limit}`,
    writer: writer as string,
    number: Number.parseInt(number as string, 36),
    limit: Number.parseInt(limit as string, 36),
    state,
  };
  if (taker !== undefined) name.taker = taker;
  return name;
}

/** Order for `sort`: of one writer by number, else by age. */
export function compareSegments(a: SegmentName, b: SegmentName): number {
  if (a.writer === b.writer) return a.number - b.number;
  return a.id < b.id ? -1 : 1;
}

/** Side folder: what was damaged or can't be stored. */
export const QUARANTINE = 'quarantine';
/** Side folder: what was dropped, by writer. */
export const LEDGERS = 'ledger';
/** Marks a folder as a spool. */
export const MARK = 'spool.json';
