/**
 * The lines of a selected box, as an accessible list. Node only.
 * @module
 */
import type { LineageMap } from '../../../../questions/lineage/map/map';
import type { Box, Line } from '../../../../questions/lineage/map/map-answers';
import type { Addresses } from '../address';
import { boxWords } from '../drawing/names';

/** The maximum number of listed lines. */
const MOST = 20;

/** The links of a box. */
export function Links({ map, box, addresses }: { map: LineageMap; box: Box; addresses: Addresses }) {
  const lines = [...map.lines, ...map.doubtful];
  const boxes = new Map(map.boxes.map((one) => [one.id, one]));
  const before = lines.filter(({ to }) => to === box.id);
  const after = lines.filter(({ from }) => from === box.id);
  return (
    <>
      <List title="Before it" lines={before} boxes={boxes} end="from" addresses={addresses} />
      <List title="After it" lines={after} boxes={boxes} end="to" addresses={addresses} />
    </>
  );
}

function List(given: {
  title: string;
  lines: readonly Line[];
  boxes: ReadonlyMap<string, Box>;
  end: 'from' | 'to';
  addresses: Addresses;
}) {
  const { title, lines, boxes, end, addresses } = given;
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="plain">
        {lines.slice(0, MOST).map((line) => (
          <li>
            <a href={addresses.line(line.from, line.to)}>{boxWords(boxes.get(line[end])!).name}</a>{' '}
            <span class="soft">
              {line.kind}, {line.evidence}
              {line.count > 1 && `, ${line.count.toLocaleString('en-US')} links`}
            </span>
          </li>
        ))}
      </ul>
      {lines.length > MOST && <p class="soft">{`and ${lines.length - MOST} more: see the table.`}</p>}
    </>
  );
}
