/**
 * Compares two code environments part by part: the facts of their ids, uncommitted changes, packages. Pure.
 * Node only.
 * @module
 */
import type { Environment } from '../../model/environment';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { fact } from '../stories/environments';
import type { PackageRow } from '../stories/packages';
import type { DiffPart, DiffRow } from './answer';
import { partOf, valueRows } from './part';
import { changedFiles } from './patch';
import { compareValues, NOT_THERE } from './values';

/** An environment with its kept contents; null if it is not known. */
export interface ComparedCode {
  environment: Environment | null;
  /** Uncommitted changes, as a patch for `git apply`; undefined if none are kept. */
  patch: string | undefined;
  /** Undefined if they are not kept, or need not be read because both sides have the same set. */
  packages: readonly PackageRow[] | undefined;
}

const UNKNOWN = 'not captured, or not in this store';
/** Facts that other parts compare. */
const ELSEWHERE = new Set(['packages.npm.set']);
/** Fields outside the identity that people look for. */
const OTHER_FIELDS = ['code.package', 'git.branch', 'git.tag', 'git.repository', 'git.dirty', 'image.name'];

/** The parts of two environments. */
export function codeParts(a: ComparedCode, b: ComparedCode): DiffPart[] {
  return [codePart(a.environment, b.environment), changesPart(a, b), packagesPart(a, b)];
}

function codePart(a: Environment | null, b: Environment | null): DiffPart {
  if (!a || !b) {
    const idOf = (one: Environment | null) => (one ? { value: one.id } : { unknown: UNKNOWN });
    return partOf('code', valueRows('environment', idOf(a), idOf(b)));
  }
  const [one, two] = [factsOf(a), factsOf(b)];
  const rows = [...new Set([...one.keys(), ...two.keys()])].flatMap((name) =>
    valueRows(name, factOf(a, one, name), factOf(b, two, name)),
  );
  return partOf('code', rows, a.id === b.id ? ['Both ran in the same environment.'] : []);
}

/** A fact that its probe did not find is unknown, not absent. */
function factOf(environment: Environment, facts: ReadonlyMap<string, Json>, name: string) {
  const value = facts.get(name);
  const reason = environment.reasons[name];
  return value === undefined && reason ? { unknown: `not known (${reason})` } : { value };
}

/** Facts of the identity by name, and some other facts. */
function factsOf(environment: Environment): Map<string, Json> {
  const facts = new Map<string, Json>();
  for (const [name, value] of flat(environment.identity))
    if (value !== null && !ELSEWHERE.has(name)) facts.set(name, keyed(value));
  for (const name of OTHER_FIELDS) {
    const value = fact(environment, name);
    if (value !== undefined && !facts.has(name)) facts.set(name, value);
  }
  return facts;
}

function flat(values: JsonObject, prefix = ''): [string, Json][] {
  return Object.entries(values).flatMap(([name, value]): [string, Json][] =>
    isJsonObject(value) ? flat(value, `${prefix}${name}.`) : [[prefix + name, value]],
  );
}

/** Lists of files by path, so that one more file is one row. */
function keyed(value: Json): Json {
  if (!Array.isArray(value) || !value.every(isJsonObject)) return value;
  const named = value.map((one) => [one.path ?? one.name, one] as const);
  const names = new Set(named.map(([name]) => name));
  if (names.size < value.length || [...names].some((name) => typeof name !== 'string')) return value;
  return Object.fromEntries(named.map(([name, one]) => [String(name), one]));
}

function changesPart(a: ComparedCode, b: ComparedCode): DiffPart {
  const [one, two] = [a, b].map((side) => (side.patch === undefined ? undefined : changedFiles(side.patch)));
  const unknown = [a, b].map((side, i) => changesUnknown(side, i === 0 ? 'A' : 'B'));
  const files = new Set([...(one?.keys() ?? []), ...(two?.keys() ?? [])]);
  const rows = [...files].flatMap((file): DiffRow[] => {
    const [left, right] = [one?.get(file), two?.get(file)];
    const row = {
      name: file,
      a: changeSide(left?.words, unknown[0]),
      b: changeSide(right?.words, unknown[1]),
    };
    if (left && right) return [{ ...row, how: left.text === right.text ? 'equal' : 'different' }];
    if ((left ? unknown[1] : unknown[0]) !== undefined) return [{ ...row, how: 'unknown' }];
    return [{ ...row, how: left ? 'only_a' : 'only_b' }];
  });
  return partOf(
    'changes',
    rows,
    unknown.flatMap((sentence) => sentence ?? []),
  );
}

function changeSide(words: string | undefined, unknown: string | undefined) {
  return words === undefined ? { missing: unknown ? 'not known' : NOT_THERE } : { value: words };
}

/** Why the changes of a side are not known; undefined if they are known, or if there are none. */
function changesUnknown({ environment, patch }: ComparedCode, side: string): string | undefined {
  if (!environment || patch !== undefined) return undefined;
  const dirty = fact(environment, 'git.dirty');
  if (dirty === true) return `The changes of ${side} were not kept.`;
  return dirty === undefined ? `It is unknown whether ${side} had uncommitted changes.` : undefined;
}

function packagesPart(a: ComparedCode, b: ComparedCode): DiffPart {
  if (!a.environment || !b.environment) return partOf('packages', []);
  const [one, two] = [a, b].map(({ environment }) => fact(environment!, 'packages.npm.set'));
  if (one !== undefined && one === two) {
    const count = Number(fact(a.environment, 'packages.npm.count') ?? 0);
    const part = partOf('packages', [], ['Both have the same packages.']);
    return { ...part, counts: { ...part.counts, equal: count } };
  }
  if (a.packages && b.packages) return partOf('packages', packageRows(a.packages, b.packages));
  const setOf = (side: ComparedCode, set: Json | undefined) =>
    set !== undefined
      ? { value: set }
      : { unknown: side.packages ? undefined : 'not known: no list is kept' };
  return partOf('packages', valueRows('packages', setOf(a, one), setOf(b, two)));
}

function packageRows(a: readonly PackageRow[], b: readonly PackageRow[]): DiffRow[] {
  const [one, two] = [versionsOf(a), versionsOf(b)];
  const names = [...new Set([...one.keys(), ...two.keys()])].sort();
  return names.flatMap((name) => {
    const [left, right] = [one.get(name), two.get(name)];
    const rows = compareValues(name, left?.versions, right?.versions);
    const [row] = rows;
    if (row?.how !== 'equal' || left?.contents === right?.contents) return rows;
    return [{ ...row, how: 'different' as const, remark: 'the same version with different content' }];
  });
}

/** A package may be installed in several versions. */
function versionsOf(rows: readonly PackageRow[]): Map<string, { versions: string; contents: string }> {
  const found = new Map<string, PackageRow[]>();
  for (const row of rows) {
    const name = row.type === 'npm' ? row.name : `${row.type}:${row.name}`;
    const same = found.get(name);
    if (same) same.push(row);
    else found.set(name, [row]);
  }
  const joined = (same: readonly PackageRow[], of: (row: PackageRow) => string) =>
    same.map(of).sort().join(', ');
  return new Map(
    [...found].map(([name, same]) => [
      name,
      {
        versions: joined(same, ({ version }) => version),
        contents: joined(same, ({ version, integrity = '' }) => `${version} ${integrity}`),
      },
    ]),
  );
}
