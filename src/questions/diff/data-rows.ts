/**
 * Compares the data that two runs used, or generated. Items are matched by content first, then by place and
 * name. Pure. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import type { RunData, RunDataItem } from '../lineage/data-answers';
import { readableName } from '../lineage/node-words';
import type { DiffRow, DiffSide } from './answer';
import { type NamedData, NOT_THERE } from './values';

/** The keys by which two items match, the most certain first. */
const KEYS: readonly ((item: RunDataItem) => readonly string[])[] = [
  ({ sha256 }) => (sha256 === undefined ? [] : [sha256]),
  ({ paths = [] }) => paths,
  ({ names }) => names,
];

/** @param unknown sides that are incomplete: what is missing there may have existed */
export function dataRows(
  a: readonly RunDataItem[],
  b: readonly RunDataItem[],
  unknown: { a: boolean; b: boolean } = { a: false, b: false },
): DiffRow[] {
  const pairs = new Map<RunDataItem, RunDataItem>();
  const free = new Set(b);
  for (const keysOf of KEYS) match(a, free, pairs, keysOf);
  const missing = (side: 'a' | 'b') => ({ missing: unknown[side] ? 'not known' : NOT_THERE });
  return [
    ...a.map((item): DiffRow => {
      const other = pairs.get(item);
      if (other) return pairRow(item, other);
      return { name: nameOf(item), how: unknown.b ? 'unknown' : 'only_a', a: sideOf(item), b: missing('b') };
    }),
    ...[...free].map(
      (item): DiffRow => ({
        name: nameOf(item),
        how: unknown.a ? 'unknown' : 'only_b',
        a: missing('a'),
        b: sideOf(item),
      }),
    ),
  ];
}

function match(
  a: readonly RunDataItem[],
  free: Set<RunDataItem>,
  pairs: Map<RunDataItem, RunDataItem>,
  keysOf: (item: RunDataItem) => readonly string[],
): void {
  const byKey = new Map<string, RunDataItem>();
  for (const item of free) for (const key of keysOf(item)) if (!byKey.has(key)) byKey.set(key, item);
  for (const item of a) {
    if (pairs.has(item)) continue;
    const other = keysOf(item)
      .map((key) => byKey.get(key))
      .find((one) => one !== undefined && free.has(one));
    if (!other) continue;
    pairs.set(item, other);
    free.delete(other);
  }
}

function pairRow(a: RunDataItem, b: RunDataItem): DiffRow {
  const row = { name: nameOf(a), a: sideOf(a), b: sideOf(b) };
  if (a.sha256 === undefined || b.sha256 === undefined) {
    const why = [a, b].flatMap(({ sha256, missing }) => (sha256 ? [] : [missingWords(missing)]));
    return { ...row, how: 'unknown', remark: `content not known (${[...new Set(why)].join(', ')})` };
  }
  return { ...row, how: a.sha256 === b.sha256 ? 'equal' : 'different' };
}

function nameOf({ names, id }: RunDataItem): string {
  return readableName(names[0] ?? id);
}

function sideOf(item: RunDataItem): DiffSide {
  const { sha256, size_bytes } = item;
  return {
    value: nameOf(item),
    ...(sha256 !== undefined && { sha256 }),
    ...(size_bytes !== undefined && { size_bytes }),
  };
}

/** Data with the places at which the run recorded their names. */
export function placed<Item extends RunDataItem>(
  items: readonly Item[],
  recorded: DataDocument | undefined,
): Item[] {
  const places = new Map(recorded?.items.map(({ uri, paths }) => [uri, paths ?? []] as const));
  return items.map((item) => ({
    ...item,
    paths: [...(item.paths ?? []), ...item.names.flatMap((name) => places.get(name) ?? [])],
  }));
}

/**
 * The data that arguments and results name, by the place of the name.
 * @param recorded as the run recorded it
 * @param data the same after joining: only this contains a content that was found later
 */
export function namedIn(
  recorded: DataDocument | undefined,
  data?: Pick<RunData, 'used' | 'generated'>,
): ReadonlyMap<string, NamedData> {
  const items = [...(data?.used ?? []), ...(data?.generated ?? [])];
  const byName = new Map(items.flatMap((item) => item.names.map((name) => [name, item] as const)));
  const named = new Map<string, NamedData>();
  for (const { uri, paths = [], sha256, missing } of recorded?.items ?? []) {
    const known = byName.get(uri);
    const digest = sha256 ?? known?.sha256;
    const content =
      digest === undefined ? { missing: missingWords(missing ?? known?.missing) } : { sha256: digest };
    for (const path of paths) if (!named.has(path)) named.set(path, content);
  }
  return named;
}

/** Why a content is not known, in words. */
function missingWords(missing: string | undefined): string {
  return (missing ?? 'no digest').replaceAll('_', ' ');
}
