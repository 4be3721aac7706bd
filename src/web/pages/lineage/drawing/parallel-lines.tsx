/**
 * Lines between two runs that are parallel to data: one run generated what the other used. They are redundant, so they are drawn
 * only on request. Node only.
 * @module
 */
import type { LineageMap } from '../../../../questions/lineage/map/map';
import type { Line } from '../../../../questions/lineage/map/map-answers';
import { counted } from '../../../../questions/words';
import type { Addresses } from '../address';

/** Returns the lines without those parallel to data, and the number of these. */
export function withoutParallel({ lines }: Pick<LineageMap, 'lines'>): { lines: Line[]; hidden: number } {
  const generated = new Map<string, string[]>();
  for (const { from, to, kind } of lines)
    if (kind === 'generated') generated.set(from, [...(generated.get(from) ?? []), to]);
  const used = new Set(lines.flatMap(({ from, to, kind }) => (kind === 'used' ? [`${from}\n${to}`] : [])));
  const isParallel = ({ from, to, kind }: Line) =>
    kind === 'informed' && (generated.get(from) ?? []).some((data) => used.has(`${data}\n${to}`));
  const left = lines.filter((line) => !isParallel(line));
  return { lines: left, hidden: lines.length - left.length };
}

/** The number of hidden lines, with a link that shows them. */
export function ParallelLink({ map, addresses }: { map: LineageMap; addresses: Addresses }) {
  const { hidden } = withoutParallel(map);
  if (hidden === 0) return null;
  const kept = { node: addresses.input.node, link: addresses.input.link };
  return addresses.input.beside ? (
    <a href={addresses.with({ ...kept, beside: false })}>Hide lines parallel to data</a>
  ) : (
    <>
      {counted(hidden, 'line')} parallel to data {hidden === 1 ? 'is' : 'are'} hidden:{' '}
      <a href={addresses.with({ ...kept, beside: true })}>show {hidden === 1 ? 'it' : 'them'}</a>
    </>
  );
}
