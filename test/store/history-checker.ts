/**
 * Judges what clients of one store saw, offline: whether their histories are those of a store in which each document is written
 * once, first come first served, and states only move forward.
 * @module
 */

/** A line of `processes/client.cjs`. */
export interface HistoryEvent {
  client: number;
  op: 'open' | 'stop' | 'settle' | 'read';
  key: string;
  /** Distinct for each operation; stands in the document that it writes. */
  mark: string;
  phase: 'invoke' | 'ok' | 'fail';
  /** Monotonic nanoseconds. */
  at: string;
  result?: Result;
}

interface Result {
  kind?: string;
  scan_id?: number | null;
  there?: boolean;
  stop?: string | null;
  settled?: string | null;
}

interface Operation extends Omit<HistoryEvent, 'phase' | 'at'> {
  began: bigint;
  /** Undefined: it failed or was never answered, so it may have happened at any time since. */
  ended?: bigint;
}

/** What the store holds of a key in the end. */
export interface FinalState {
  scan_id: number | null;
  stop: string | null;
  settled: string | null;
}

/** @returns what can't have happened, in words; empty when all of it can */
export function checkHistory(
  events: readonly HistoryEvent[],
  final: ReadonlyMap<string, FinalState>,
): string[] {
  const operations = pair(events);
  const faults: string[] = [];
  const keys = new Set(operations.map(({ key }) => key));
  for (const key of keys) {
    const own = operations.filter((operation) => operation.key === key);
    faults.push(...checkOpening(key, own, final.get(key)));
    for (const op of ['stop', 'settle'] as const) faults.push(...checkOnce(key, op, own, final.get(key)));
    faults.push(...checkReads(key, own));
  }
  for (const client of new Set(operations.map((operation) => operation.client)))
    faults.push(...checkNumbers(client, operations));
  return faults;
}

function pair(events: readonly HistoryEvent[]): Operation[] {
  const byMark = new Map<string, Operation>();
  for (const { phase, at, ...event } of events) {
    if (phase === 'invoke') byMark.set(event.mark, { ...event, began: BigInt(at) });
    else if (phase === 'ok')
      Object.assign(byMark.get(event.mark)!, { ended: BigInt(at), result: event.result });
  }
  return [...byMark.values()];
}

/** Everybody who opened it was told the same number, and it is there. */
function checkOpening(key: string, own: readonly Operation[], final: FinalState | undefined): string[] {
  const told = own.filter(({ op, ended }) => op === 'open' && ended !== undefined);
  const numbers = new Set(told.map(({ result }) => result?.scan_id));
  if (numbers.size > 1) return [`${key}: opened under the numbers ${[...numbers].join(', ')}`];
  if (told.length > 0 && !final) return [`${key}: opened, and not there`];
  return told.length > 0 && final?.scan_id !== [...numbers][0]
    ? [`${key}: is not the number that was told`]
    : [];
}

/** The one whose document stands was told so or not answered; nobody else was; and whoever was told so stands. */
function checkOnce(
  key: string,
  op: 'stop' | 'settle',
  own: readonly Operation[],
  final: FinalState | undefined,
): string[] {
  const writes = own.filter((operation) => operation.op === op);
  const stands = (op === 'stop' ? final?.stop : final?.settled) ?? null;
  const winners = writes.filter(({ result }) => result?.kind === 'done').map(({ mark }) => mark);
  const faults: string[] = [];
  if (winners.length > 1) faults.push(`${key}: ${op} of ${winners.join(' and ')} were both taken`);
  if (winners.length === 1 && winners[0] !== stands)
    faults.push(`${key}: ${op} of ${winners[0]} was taken, and is lost`);
  if (stands !== null && !writes.some(({ mark }) => mark === stands)) faults.push(`${key}: ${op} of nobody`);
  const told = writes.find(({ mark }) => mark === stands);
  if (told?.ended !== undefined && told.result?.kind !== 'done')
    faults.push(`${key}: ${op} of ${stands} stands, though it was refused`);
  return faults;
}

const STATE = ({ there, stop, settled }: Result) => [
  there,
  (stop ?? null) !== null,
  (settled ?? null) !== null,
];

/** What was seen by a read that ended is seen by each that begins later. */
function checkReads(key: string, own: readonly Operation[]): string[] {
  const reads = own.filter(({ op, ended }) => op === 'read' && ended !== undefined);
  const faults: string[] = [];
  for (const earlier of reads) {
    for (const later of reads) {
      if (earlier.ended! >= later.began) continue;
      const [before, after] = [STATE(earlier.result!), STATE(later.result!)];
      if (before.some((was, i) => was && !after[i]))
        faults.push(`${key}: went back between ${earlier.mark} and ${later.mark}`);
      for (const field of ['stop', 'settled'] as const) {
        const [a, b] = [earlier.result![field], later.result![field]];
        if (a && b && a !== b) faults.push(`${key}: ${field} was ${a}, then ${b}`);
      }
    }
  }
  // A write that was answered is seen by each read that begins later.
  for (const { op, mark, ended, result } of own) {
    if (ended === undefined || result?.kind !== 'done') continue;
    const blind = reads.find(
      (read) => read.began > ended && !read.result![op === 'stop' ? 'stop' : 'settled'],
    );
    if (blind) faults.push(`${key}: ${op} ${mark} was taken, and read ${blind.mark} after it did not see it`);
  }
  return faults;
}

/** Runs that a client opened as the first one, one after the other, have rising numbers. */
function checkNumbers(client: number, operations: readonly Operation[]): string[] {
  const own = operations
    .filter(
      (one) =>
        one.client === client && one.op === 'open' && one.ended !== undefined && one.key.startsWith('own-'),
    )
    .sort((a, b) => (a.began < b.began ? -1 : 1));
  return own.flatMap((one, i) =>
    i > 0 && one.result!.scan_id! <= own[i - 1]!.result!.scan_id!
      ? [`client ${client}: ${one.result!.scan_id} after ${own[i - 1]!.result!.scan_id}`]
      : [],
  );
}
