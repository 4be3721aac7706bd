/**
 * Lineage: what something came from and what was made from it, as a drawing or as tables. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import { behindRemarks } from '../../../questions/lineage/catch-up';
import type { LineageMap } from '../../../questions/lineage/map/map';
import { readableName } from '../../../questions/lineage/node-words';
import { counted } from '../../../questions/words';
import { LINEAGE } from '../../limits';
import { to } from '../../links';
import { Empty, Notice, Remarks } from '../../parts/blocks';
import { lineage as lineageQuestion } from '../../questions/lineage';
import { lineageMap } from '../../questions/lineage-map';
import { lineageLinks, lineageNodes } from '../../questions/lineage-tables';
import { run as runQuestion } from '../../questions/run';
import { page, type Shown, type Visit } from '../page';
import { Addresses, type LineageInput, lineageInput, mapParameters, tableParameters } from './address';
import { Beginnings } from './beginnings';
import { Graph } from './drawing/graph';
import { Legend } from './drawing/legend';
import { boxWords, shownOf } from './drawing/names';
import { ParallelLink } from './drawing/parallel-lines';
import { Panel } from './panel/panel';
import { type Rows, Tables } from './tables';
import { OptionsForm, Toolbar } from './toolbar';

/** `/lineage?focus=REF`. */
export const lineagePage = page<LineageInput>({
  path: '/lineage',
  input: lineageInput,
  show: (input, visit) => {
    const addresses = new Addresses(input);
    if (input.focus === '') return emptyPage(addresses);
    if (input.data) return beginnings(addresses, visit);
    return input.as === 'table' ? tables(addresses, visit) : drawing(addresses, visit);
  },
});

async function emptyPage(addresses: Addresses): Promise<Shown> {
  return {
    title: 'Lineage',
    section: 'artifacts',
    body: (
      <>
        <Empty title="Lineage of what?">
          <p>
            Name a run (scan id, uid), an execution, or data (a name, a URI, a digest) below. Every run and
            every page of <a href={to.artifacts()}>data</a> links to its lineage.
          </p>
        </Empty>
        <OptionsForm addresses={addresses} open />
      </>
    ),
  };
}

async function drawing(addresses: Addresses, visit: Visit): Promise<Shown> {
  const { input } = addresses;
  const { data: _data, beside: _beside, as: _as, of: _of, sort: _sort, after: _after, ...wanted } = input;
  const uid = /^run:(.+)$/.exec(input.node ?? '')?.[1];
  const [map, run] = await Promise.all([
    visit.ask(lineageMap, wanted),
    uid === undefined ? undefined : visit.ask(runQuestion, { ref: uid }).catch(() => undefined),
  ]);
  if (map.boxes.length > LINEAGE.boxes) return tooMuch(addresses, map, visit);
  return {
    ...frameOf(addresses, map),
    json: to.api('/lineage/map', mapParameters(input)),
    scripts: ['lineage'],
    body: (
      <div class="lineage">
        <Toolbar addresses={addresses} />
        <OptionsForm addresses={addresses} />
        <Remarks lines={remarksOf(map)} />
        <p class="soft small">
          {extentOf(map)} <ParallelLink map={map} addresses={addresses} />
        </p>
        <div class="lineage-main">
          <Graph map={map} addresses={addresses} />
          <Panel chosen={{ map, ...(run && { run }) }} addresses={addresses} />
        </div>
        <Legend />
      </div>
    ),
  };
}

/** The table instead of a drawing with too many nodes, with links that reduce their number. */
async function tooMuch(
  addresses: Addresses,
  map: LineageMap & { remarks: string[] },
  visit: Visit,
): Promise<Shown> {
  const title = `${counted(map.counts.nodes, 'node')}: shown as a table.`;
  const shown = await tables(addresses, visit, map);
  return {
    ...shown,
    body: (
      <>
        <Notice tone="open" title={title}>
          <p>
            A drawing would have {map.boxes.length.toLocaleString('en-US')} boxes, more than people can read.
            Narrow it by kind, evidence or distance below, or open the{' '}
            <a href={addresses.with({ plan: true })}>level of activity types</a>.
          </p>
        </Notice>
        {shown.body}
      </>
    ),
  };
}

async function tables(
  addresses: Addresses,
  visit: Visit,
  map?: LineageMap & { remarks: string[] },
): Promise<Shown> {
  const { input } = addresses;
  const { focus, up, down, open, closed, to: end, kind, evidence, as_of, of, sort, find, after } = input;
  const wanted = {
    focus,
    up,
    down,
    open,
    closed,
    to: end,
    kind,
    evidence,
    as_of,
    find,
    after,
    limit: LINEAGE.rows,
  };
  const rows: Rows =
    of === 'nodes'
      ? { of, part: await visit.ask(lineageNodes, { ...wanted, sort: orderOf(sort, lineageNodes) }) }
      : { of, part: await visit.ask(lineageLinks, { ...wanted, sort: orderOf(sort, lineageLinks) }) };
  const path = `/lineage/${of}`;
  return {
    ...frameOf(addresses, map),
    json: to.api(path, tableParameters(input)),
    csv: to.csv(path, tableParameters(input)),
    body: (
      <div class="lineage">
        <Toolbar addresses={addresses} />
        <OptionsForm addresses={addresses} />
        <Remarks lines={rows.part.remarks} />
        <Tables rows={rows} addresses={addresses} />
      </div>
    ),
  };
}

/** Ignores an order that belongs to the other table. */
function orderOf<Question extends typeof lineageNodes | typeof lineageLinks>(
  sort: string,
  question: Question,
) {
  type Order = Parameters<Question['ask']>[1]['sort'];
  const read = question.input.safeParse({ focus: '1', sort });
  return (read.success ? sort : 'depth') as Order;
}

async function beginnings(addresses: Addresses, visit: Visit): Promise<Shown> {
  const { focus, kind, evidence, as_of } = addresses.input;
  const wanted = { focus, direction: 'up' as const, data: true, parents: false, kind, evidence, as_of };
  const found = await visit.ask(lineageQuestion, wanted);
  const parameters = {
    focus,
    data: true,
    kind: kind?.join(','),
    evidence: evidence?.join(','),
    as_of: as_of?.text,
  };
  return {
    ...frameOf(addresses),
    json: to.api('/lineage', parameters),
    body: (
      <div class="lineage">
        <Toolbar addresses={addresses} />
        <OptionsForm addresses={addresses} />
        <Remarks lines={[...found.remarks, ...behindRemarks(found.behind)]} />
        <Beginnings found={found} />
      </div>
    ),
  };
}

function frameOf({ input }: Addresses, map?: LineageMap): Pick<Shown, 'title' | 'section'> {
  const focus = map?.boxes.find((box) => box.focus);
  const name = focus && map?.roots.length === 1 ? boxWords(focus).name : focusWords(input.focus);
  return { title: `Lineage of ${name}`, section: 'artifacts' };
}

/** Returns a readable name for a node's id; other words unchanged. */
function focusWords(focus: string): string {
  const [, kind = '', id = focus] = /^(run|execution|artifact):(?:sha256:)?(.+)$/s.exec(focus) ?? [];
  if (kind === 'run' || kind === 'execution') return `${kind} ${shortUid(id)}`;
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : readableName(id);
}

function extentOf({ boxes, counts, total }: LineageMap): string {
  const drawn = `${counted(counts.nodes, 'node')} and ${counted(counts.links, 'link')} in ${counted(boxes.length, 'box', 'boxes')}.`;
  if (!total) return drawn;
  const side = (sign: number) =>
    boxes.reduce((sum, { node, count }) => sum + (Math.sign(node.depth) === sign ? count : 0), 0);
  return `${drawn} Before it: ${shownOf(side(-1), total.up)}. After it: ${shownOf(side(1), total.down)}.`;
}

function remarksOf({
  remarks,
  behind,
  truncated,
  doubtful,
  boxes,
  lines,
}: LineageMap & { remarks: string[] }): string[] {
  const all = [...remarks, ...behindRemarks(behind)];
  if (truncated) all.push('The drawing is cut: nodes with very many links are shown in part.');
  if (boxes.length === 1 && lines.length === 0)
    all.push('No links are recorded for it: either it has none, or none were captured.');
  if (doubtful.length > 0)
    all.push(
      `${counted(doubtful.length, 'dotted line')}: more than one producer fits, so they are not followed.`,
    );
  return all;
}
