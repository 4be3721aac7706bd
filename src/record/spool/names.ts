/**
 * The names of files in a spool's folder. A segment's name contains its writer, its number in that writer's order, its limit, and
 * the process that imports it. One `rename` therefore decides who owns it. Node only.
 * `<created>.<writer>.<number>.<limit>` and then `.open` (being written), `.seg` (closed), or `.<taker>.taken`.
 * @module
 */

const SEGMENT =
  /^([0-9a-z]{9})\.([0-9a-z-]+)\.([0-9a-z]{5})\.([0-9a-z]+)(?:\.(open|seg)|\.([0-9a-z-]+)\.(taken))$/;

/** `open`: its writer may still write to it. `seg`: closed. `taken`: a process imports it. */
export type SegmentState = 'open' | 'seg' | 'taken';

/** The parts of a segment's name. */
export interface SegmentName {
  /** The file name in the folder. */
  file: string;
  /** The part that never changes. Segments sort by it: oldest first, each writer's in order. */
  id: string;
  writer: string;
  number: number;
  /** The highest number of bytes. */
  limit: number;
  state: SegmentState;
  /** The process that took the segment, if one did. */
  taker?: string;
}

/** Returns the id of a writer's segment. */
export function segmentId(created_ms: number, writer: string, number: number, limit: number): string {
  const created = Math.max(0, Math.floor(created_ms)).toString(36).padStart(9, '0');
  return `${created}.${writer}.${number.toString(36).padStart(5, '0')}.${limit.toString(36)}`;
}

/** Returns the file name in a state. */
export function segmentFile(id: string, state: 'open' | 'seg' | { taker: string }): string {
  return typeof state === 'string' ? `${id}.${state}` : `${id}.${state.taker}.taken`;
}

/** Returns `null` if the name is not a segment's. */
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

/** Compares for `sort`: segments of one writer by number, others by age. */
export function compareSegments(a: SegmentName, b: SegmentName): number {
  if (a.writer === b.writer) return a.number - b.number;
  return a.id < b.id ? -1 : 1;
}

/** The folder of damaged and rejected records. */
export const QUARANTINE = 'quarantine';
/** The folder of counts of dropped records, by writer. */
export const LEDGERS = 'ledger';
/** Marks a folder as a spool. */
export const MARK = 'spool.json';
