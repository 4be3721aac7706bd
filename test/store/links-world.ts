/**
 * Random little labs: runs that hand values on, and use and generate data under few names, so that everything meets. The same records in
 * another order are the same facts.
 * @module
 */
import type { DataItem } from '../../src/model/data';
import type { Predecessor } from '../../src/model/documents';
import type { WriteRecord } from '../../src/store/interface/written';
import {
  closed,
  data,
  digest,
  execution,
  type Lab,
  made,
  origins,
  run,
  settled,
  sha,
  signature,
  used,
} from './links-kit';

/** Random numbers that are the same for the same seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** An integer from 0 to below `n`. */
  below(n: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  }

  one<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  /** True one time in `n`. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }
}

const RUNS = 24;
const URIS = ['file://h/a', 'file://h/b', 's3://k/c', 's3://k/d'];
const EXECUTIONS = ['e1', 'e2', 'child', 'stranger'];
/** Content of a version, always the same for its signature. */
const contentOf = (inode: number, time: number) => sha(1 + ((inode * 7 + time) % 5));

/** Records that must come in this order, whatever comes between. */
export type Strand = WriteRecord[];

/** All records of a random lab. */
export function world(seed: number): Strand[] {
  const chance = new Chance(seed);
  const strands: Strand[] = [];
  for (let n = 1; n <= RUNS; n++) strands.push(...runOf(n, chance));
  strands.push([execution('child', 'sandbox'), closed('child', 'server')]);
  strands.push([execution('stranger', 'history')], [closed('stranger', 'server')]);
  strands.push([origins('child', { origins: originsOf(chance, 'result') })]);
  strands.push([origins('e2', { of: 'update', id: 'u', origins: originsOf(chance, 'result') })]);
  strands.push([origins('e1', { of: 'activity', id: '5', origins: originsOf(chance, 'args[0]') })]);
  return strands;
}

function originsOf(chance: Chance, root: string) {
  return [0, 1].map((i) => ({
    path: `${root}.p${i}`,
    run_id: chance.one(EXECUTIONS),
    activity_id: String(1 + chance.below(RUNS)),
    from: `result.q${i}`,
    evidence: chance.one(['identity', 'value-ambiguous'] as const),
  }));
}

function runOf(n: number, chance: Chance): Strand[] {
  const strands: Strand[] = [];
  const attempt = chance.once(5) ? 2 : 1;
  const lab: Lab = {
    n,
    execution: chance.one(EXECUTIONS),
    activity: String(attempt === 2 ? Math.max(1, n - 1) : n),
    attempt,
    time: n + chance.below(3),
    scheduled: n,
    ...(chance.once(2) && { from: predecessors(n, chance) }),
  };
  const outcome = chance.once(6) ? 'failed' : 'completed';
  const late = chance.once(8);
  // A run that was made of a history, until its worker's own record comes from a spool.
  if (late) strands.push([{ ...run({ ...lab, n: n + 100, origin: 'history' }), made: true } as WriteRecord]);
  const own = run(lab);
  strands.push([late ? ({ ...own, late: true } as WriteRecord) : own, settled(n, outcome)]);
  if (!chance.once(3)) strands.push(...dataOf(n, chance));
  return strands;
}

function predecessors(n: number, chance: Chance): Predecessor[] {
  return Array.from({ length: 1 + chance.below(2) }, () => {
    const evidence = chance.one(['identity', 'value', 'value-ambiguous'] as const);
    const paths: [string, string][] = [[`result.p${chance.below(3)}`, `args[${chance.below(2)}]`]];
    const through = chance.below(6);
    if (through === 0) return { run_id: chance.one(['child', 'stranger']), evidence, paths };
    if (through === 1) return { run_id: 'e2', update_id: 'u', evidence };
    const activity_id = String(1 + chance.below(n));
    return { run_id: chance.one(EXECUTIONS), activity_id, evidence, ...(chance.once(2) && { paths }) };
  });
}

function dataOf(n: number, chance: Chance): Strand[] {
  const strands: Strand[] = [];
  const items = Array.from({ length: 1 + chance.below(3) }, () => itemOf(n, chance, strands));
  const values = chance.once(3) && {
    values: {
      args: [[`v${chance.below(4)}`, 'args[0]']] as [string, string][],
      result: [[`v${chance.below(4)}`, 'result']] as [string, string][],
    },
  };
  return [[data(n, items, values || {})], ...strands];
}

function itemOf(n: number, chance: Chance, strands: Strand[]): DataItem {
  const uri = chance.one(URIS);
  const generated = chance.once(2);
  const of = generated ? made : used;
  const time = generated ? n + 1 + chance.below(4) : n;
  if (uri.startsWith('s3:') && !chance.once(4))
    return of(uri, time, { type: 'remote', missing: 'remote' }) as DataItem;
  const [inode, changed] = [chance.below(3), chance.below(8)];
  const signed = { signature: signature(inode, changed) };
  const content = { sha256: contentOf(inode, changed), size_bytes: chance.once(9) ? 20 : 100 };
  if (chance.once(3)) return of(uri, time, { ...signed, ...content, size_bytes: 100 }) as DataItem;
  if (chance.once(2)) strands.push([digest(uri, signed.signature, { ...content, size_bytes: 100 })]);
  if (chance.once(5)) return directory(of, time, chance, strands);
  return of(uri, time, { ...signed, missing: 'pending' }) as DataItem;
}

/** A directory whose members are known with the run, with its digest, or both. */
function directory(of: typeof made, time: number, chance: Chance, strands: Strand[]): DataItem {
  const uri = 'file://h';
  const set = chance.below(2);
  const named = { signature: `h:1:9:2:set${set}`, type: 'directory' as const };
  const members = ['a', 'b'].map((name, inode) => ({ name, signature: signature(inode, 3 * set + inode) }));
  const told = members.map((member, inode) => ({
    ...member,
    sha256: contentOf(inode, 3 * set + inode),
    size_bytes: 100,
  }));
  // The first digest stands: it is the same for each signature.
  if (chance.once(2))
    strands.push([digest(uri, named.signature, { sha256: sha(90 + set), size_bytes: 200, members: told })]);
  const known = chance.once(2) && { sha256: sha(90 + set), size_bytes: 200 };
  const listed = chance.once(2) && { members: members.slice(0, 1) };
  return of(uri, time, { ...named, ...known, ...listed }) as DataItem;
}

/** The records of all strands in a random order, each strand's own kept. */
export function shuffled(strands: readonly Strand[], chance: Chance): WriteRecord[] {
  const left = strands.map((strand) => [...strand]);
  const records: WriteRecord[] = [];
  while (left.length > 0) {
    const i = chance.below(left.length);
    records.push(left[i]!.shift()!);
    if (left[i]!.length === 0) left.splice(i, 1);
  }
  return records;
}
