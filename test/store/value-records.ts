/**
 * Runs whose results and arguments have all shapes that a record can have, and what a filter on them means, told from the documents.
 * @module
 */
import type { Literal } from '../../src/filter/fields';
import type { Condition, Filter } from '../../src/filter/filter';
import type { RunRecord } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import type { ValuePath } from '../../src/model/value-path';
import type { WriteRecord } from '../../src/store/interface/written';
import { opening, stopping } from './runs';
import { dice } from './search-records';

const BY_DIGEST = {
  digest: `sha256:${'0'.repeat(64)}`,
  size_bytes: 20_000,
  type: 'object',
  head: '{"chi2":',
};

/** Results: values, lists, marks of what is no JSON, digests, masks, and values taken before the rest was cut. */
const RESULTS: readonly ((n: number) => { result?: Json; indexed?: Json })[] = [
  (n) => ({ result: { chi2: (n % 40) / 10, status: n % 3 ? 'good' : 'bad', ok: n % 2 === 0 } }),
  (n) => ({ result: { chi2: String(n % 9), status: '', tags: ['night', n % 5, 'Ω🙂'] } }),
  (n) => ({
    result: {
      files: [{ path: 'a', size: n % 7 } as JsonObject, { path: `b${n % 4}` }],
      fit: { chi2: n % 6 },
    },
  }),
  (n) => ({ result: { $js: 'Fit', value: { chi2: (n % 11) - 3, status: "it's" } } }),
  (n) => ({
    result: { chi2: { $js: 'bigint', value: `${n % 3}` }, when: { $js: 'Date', value: '2026-11-30' } },
  }),
  () => ({ result: BY_DIGEST }),
  () => ({ result: { chi2: BY_DIGEST, status: 'long', fit: BY_DIGEST } }),
  () => ({ result: { chi2: '[redacted]', status: 'at https://[redacted]@host' } }),
  (n) => ({ result: BY_DIGEST, indexed: [['temporal.result.chi2', (n % 30) / 10]] }),
  (n) => ({
    result: { files: [BY_DIGEST, { path: `b${n % 3}` }], tags: BY_DIGEST },
    indexed: [['temporal.result.tags', ['night', 4]]],
  }),
  (n) => ({ result: [{ chi2: n % 3 }, { chi2: 7 }] }),
  (n) => ({ result: n % 8 }),
  () => ({ result: 'text' }),
  () => ({ result: { chi2: null, status: true, tags: [] } }),
  (n) => ({
    result: {
      chi2: -n * 1e-3,
      'odd key': n % 3,
      status: `${'long '.repeat(50)}${n % 2}`,
      unread: { $js: 'unread', type: 'array', length: 9 },
    },
  }),
  () => ({}),
];

const ARGS: readonly ((n: number) => { args: Json[]; indexed?: Json })[] = [
  (n) => ({ args: [{ sample: `Ni-${n % 5}`, dose: n % 4 }, n % 3] }),
  () => ({ args: [] }),
  (n) => ({ args: [BY_DIGEST, 'x'], indexed: [['temporal.args[0].sample', `Ni-${n % 3}`]] }),
  (n) => ({ args: [[{ sample: 'Au' }, { sample: `Ni-${n % 2}` }], BY_DIGEST] }),
];

/** Records of so many runs; each ninth is open. */
export function valueRecords(from: number, to: number, seed = 7): WriteRecord[] {
  const roll = dice(seed + from);
  const one = <T>(list: readonly T[]): T => list[roll(list.length)]!;
  return Array.from({ length: to - from }, (_, i) => from + i).flatMap((n) => {
    const given = one(ARGS)(n) as JsonObject;
    const open = opening({
      n,
      fields: { operator: n % 2 ? 'Ada' : 'Bob' },
      temporal: { ...given, activity_id: `a${n % 40}` },
    });
    if (n % 9 === 0) return [open];
    const { result, indexed } = one(RESULTS)(n);
    const temporal = {
      ...(result !== undefined && { result: [result] }),
      ...(indexed !== undefined && { indexed }),
    };
    return [open, stopping(n, { time: 1_790_000_000 + n, temporal: temporal as never })];
  });
}

/** Three-valued: undefined where something was not looked into that decides. */
type Truth = boolean | 'absent' | 'unseen';

interface Seen {
  scalars: Literal[];
  there: boolean;
  /** On the way, and at the end. */
  above: boolean;
  end: boolean;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUnread(value: Json): boolean {
  if (typeof value === 'string') return value.includes('[redacted]');
  return (
    isObject(value) &&
    (value.$js === 'unread' || (value.digest !== undefined && value.size_bytes !== undefined))
  );
}

function opened(value: Json): Json {
  return isObject(value) && value.$js !== undefined && value.value !== undefined ? value.value : value;
}

/** What stands at a place of a run. */
export function seenAt(run: RunRecord, path: ValuePath): Seen {
  const seen: Seen = { scalars: [], there: false, above: false, end: false };
  const document = (path.of === 'result' ? run.stop?.temporal : run.start.temporal) as JsonObject | undefined;
  const given = document?.[path.of] as Json[] | undefined;
  const at = path.of === 'result' ? 0 : (path.steps[0] as number);
  const steps = path.of === 'result' ? path.steps : path.steps.slice(1);
  if (given === undefined || given.length <= at) return seen;
  const end = (value: Json): void => {
    const plain = opened(value);
    if (plain === null) return;
    seen.there = true;
    const all = Array.isArray(plain) ? plain : [plain];
    for (const item of all) {
      if (isUnread(item)) seen.end = true;
      if (typeof item !== 'object' || item === null) {
        if (item !== null) seen.scalars.push(item);
      }
    }
  };
  const walk = (value: Json, rest: readonly (string | number)[]): void => {
    const [step, ...more] = rest;
    if (step === undefined) {
      end(value);
      return;
    }
    if (isUnread(value)) seen.above = true;
    const plain = opened(value);
    if (typeof step === 'number') {
      if (Array.isArray(plain) && plain.length > step) walk(plain[step]!, more);
    } else if (Array.isArray(plain)) for (const item of plain) walk(item, rest);
    else if (isObject(plain) && plain[step] !== undefined) walk(plain[step]!, more);
  };
  walk(given[at]!, steps);
  const name = `temporal.${path.of}${path.steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`;
  const taken = (document!.indexed as [string, Json][] | undefined)?.find(([place]) => place === name);
  if (taken && (seen.above || seen.end)) {
    Object.assign(seen, { above: false, end: false, there: false, scalars: [] });
    end(taken[1]);
  }
  return seen;
}

/** The runs that pass, newest first, and how many could not be looked into; order is left to the caller. */
export function lookThrough(
  filter: Filter,
  runs: readonly RunRecord[],
): { passing: RunRecord[]; unseen: number } {
  const truths = runs.map((run) => [run, filter.where ? truthOf(filter.where, run) : true] as const);
  return {
    passing: truths
      .filter(([, truth]) => truth === true)
      .map(([run]) => run)
      .reverse(),
    unseen: truths.filter(([, truth]) => truth === 'unseen').length,
  };
}

function truthOf(condition: Condition, run: RunRecord): Truth {
  switch (condition.op) {
    case 'not': {
      const truth = truthOf(condition.condition, run);
      return typeof truth === 'boolean' ? !truth : truth;
    }
    case 'and':
      return all(condition.conditions.map((one) => truthOf(one, run)));
    case 'or':
      return any(condition.conditions.map((one) => truthOf(one, run)));
    default:
      return leafTruth(condition, run);
  }
}

/** What fails is as good as what is absent: neither passes, whatever was not looked into. */
function all(truths: Truth[]): Truth {
  if (truths.includes(false)) return false;
  if (truths.includes('absent')) return 'absent';
  return truths.includes('unseen') ? 'unseen' : true;
}

function any(truths: Truth[]): Truth {
  if (truths.includes(true)) return true;
  if (truths.includes('unseen')) return 'unseen';
  return truths.includes('absent') ? 'absent' : false;
}

function leafTruth(condition: Exclude<Condition, { op: 'and' | 'or' | 'not' }>, run: RunRecord): Truth {
  const { field } = condition;
  if (field.kind !== 'value') {
    const value =
      field.kind === 'metadata' ? (run.start as unknown as JsonObject)[field.path[0]!] : run.start.time;
    if (condition.op !== 'compare') throw new Error('A test of this kind is not told here.');
    return compare(condition.operator, value as Literal, condition.value);
  }
  const { scalars, there, above, end } = seenAt(run, field.path);
  if (condition.op === 'is-null') {
    if (above && !there) return 'unseen';
    return there === condition.negated;
  }
  const turned = condition.op === 'compare' ? condition.operator === '!=' : condition.negated;
  const passes = scalars.some((value) => passesOne(condition, value));
  if (!turned) return passes ? true : above || end ? 'unseen' : there ? false : 'absent';
  if (above || end) return 'unseen';
  return there ? !passes : 'absent';
}

function passesOne(
  condition: Exclude<Condition, { op: 'and' | 'or' | 'not' | 'is-null' }>,
  value: Literal,
): boolean {
  switch (condition.op) {
    case 'in':
      return condition.values.includes(value);
    case 'starts-with':
      return typeof value === 'string' && value.startsWith(condition.prefix);
    case 'between':
      return compare('>=', value, condition.low) && compare('<=', value, condition.high);
    case 'compare':
      return compare(condition.operator === '!=' ? '=' : condition.operator, value, condition.value);
  }
}

function compare(operator: string, value: Literal, wanted: Literal): boolean {
  if (typeof value !== typeof wanted) return false;
  const order =
    typeof value === 'string'
      ? Buffer.compare(Buffer.from(value), Buffer.from(wanted as string))
      : Number(value) - Number(wanted);
  if (operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

/** The value by which a run is ordered: the least, numbers before booleans before text; undefined where it has none. */
export function orderValue(run: RunRecord, path: ValuePath): Literal | undefined {
  return [...seenAt(run, path).scalars].sort(compareOrder)[0];
}

/** Absent first. */
export function compareOrder(a: Literal | undefined, b: Literal | undefined): number {
  const rank = (value: unknown) => ['undefined', 'number', 'boolean', 'string'].indexOf(typeof value);
  if (rank(a) !== rank(b) || a === undefined) return rank(a) - rank(b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}
