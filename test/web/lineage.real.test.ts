/** The pages and the API of lineage and of data, on a small pipeline: over HTTP, without a browser. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineageMap } from '../../src/questions/lineage/map/map';
import { call } from '../cli/laboratory';
import { CALIBRATE, FIT, FRAMES, PIPELINE, PREDICT, REPORT } from '../cli/lineage-pipeline';
import { digestOf, putGraph } from '../questions/lineage-kit';
import { newFolder } from '../record/spool-kit';
import { uidOf } from '../store/runs';
import { readCsv } from './csv-reader';
import { startSite, type TestSite } from './site-kit';

let site: TestSite;
let store: string;
beforeAll(async () => {
  store = `sqlite:${await newFolder()}/provenance.db`;
  await putGraph(store, PIPELINE);
  site = await startSite({ store });
});
afterAll(() => site?.close());

const id = (n: number) => `run:${uidOf(n)}`;
const content = (word: string) => `artifact:sha256:${digestOf(word)}`;
const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
const map = (parameters: Record<string, string>) =>
  site.json<LineageMap & { remarks: string[] }>(`/api/v1/lineage/map?${query(parameters)}`);
const page = (parameters: Record<string, string>) => site.text(`/lineage?${query(parameters)}`);
const boxesOf = ({ boxes }: LineageMap) => boxes.map((box) => [box.id, box.count]);

describe('the API of lineage', () => {
  it.each([
    ['report.html', {}, []],
    ['report.html', { depth: '2' }, ['--depth', '2']],
    ['model.json', { direction: 'down' }, ['--down']],
    [id(REPORT), { to: id(3) }, ['--to', id(3)]],
    ['42', { data: 'true' }, ['--data']],
    ['42', { parents: 'true', kind: 'informed' }, ['--parents', '--kind', 'informed']],
    ['42', { as_of: '2026-11-23T08:00:52Z' }, ['--as-of', '2026-11-23T08:00:52Z']],
  ])('has the nodes and links of `lineage %s --json` with %o', async (focus, parameters, options) => {
    const { nodes, links } = await site.json<{ nodes: object[]; links: object[] }>(
      `/api/v1/lineage?${query({ focus, ...parameters })}`,
    );
    const { out } = await call(['lineage', focus, '--json', ...options, '--store', store], { cwd: tmpdir() });
    const lines = out
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect([...nodes.map((node) => ({ node })), ...links.map((link) => ({ link }))]).toEqual(lines);
  });

  it('has the artifacts of `artifacts --json`, page by page', async () => {
    const { out } = await call(['artifacts', '--json', '--limit', '1000', '--store', store], {
      cwd: tmpdir(),
    });
    const all = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const found: object[] = [];
    for (let after = ''; ; ) {
      const part = await site.json<{ items: object[]; next?: string }>(
        `/api/v1/artifacts?${query({ limit: '20', ...(after && { after }) })}`,
      );
      found.push(...part.items);
      if (part.next === undefined) break;
      after = part.next;
    }
    expect(found).toEqual(all);
    expect(readCsv(await site.text('/api/v1/artifacts?format=csv'))).toHaveLength(all.length + 1);
  });

  it('has the artifact of `artifact --json`', async () => {
    const { remarks, ...detail } = await site.json<{ remarks: string[] }>(
      '/api/v1/artifacts/data%2Fmodel.json',
    );
    const { out } = await call(['artifact', 'data/model.json', '--json', '--store', store], {
      cwd: tmpdir(),
    });
    expect(detail).toEqual(JSON.parse(out));
    expect(remarks).toEqual([]);
  });

  it.each([
    ['focus=nobody', 404, "'nobody' names no run"],
    ['focus=42&to=report.htm', 404, "'report.htm' names no run"],
    ['focus=raw%2Fframe_1.h5&to=raw%2Fframe_2.h5', 404, 'No path is recorded'],
    ['focus=42&kind=eaten', 400, "'eaten' must be one of used, generated"],
    ['focus=42&as_of=yesterday', 400, "write it as '2026-11-01'"],
    ['focus=42&open=sideways+x', 400, "each is 'up ID' or 'down ID'"],
    ['focus=42&up=900', 400, 'up'],
    ['focus=42&node=run%3Anobody', 404, "'run:nobody' is not in this drawing"],
    ['focus=42&link=a%2Cb', 404, "No line leads from 'a' to 'b'"],
    [`focus=42&open=${encodeURIComponent(Array(41).fill('up x').join(','))}`, 400, 'at most 40 ids'],
    ['', 400, 'focus'],
  ])('reports what is wrong with %s', async (text, status, words) => {
    const response = await site.get(`/api/v1/lineage/map?${text}`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
    if (text !== '') expect((await site.get(`/lineage?${text}`)).status).toBe(status);
  });

  it('never reads a file of the server', async () => {
    const response = await site.get(`/api/v1/lineage?focus=${encodeURIComponent('/etc/hostname')}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/sha256:[0-9a-f]{6}/);
  });
});

describe('the neighbourhood of a run', () => {
  it('is two links before it and one after it, similar ones in one box, with counts of what is beyond', async () => {
    const found = await map({ focus: id(REPORT) });
    const beside = found.boxes.map(({ node, count }) => [node.label.split('/').at(-1), count, node.depth]);
    expect(beside).toContainEqual(['fit (scan 41)', 1, -2]);
    expect(beside).toContainEqual(['model.json', 1, -1]);
    expect(beside).toContainEqual(['report.html', 1, 1]);
    const fit = found.boxes.find((box) => box.id === id(FIT))!;
    expect(fit.more_up).toEqual({ count: 2 * FRAMES });
    expect(found.boxes.every(({ node }) => Math.abs(node.depth) <= 2)).toBe(true);
    expect(found.total).toMatchObject({ down: { count: 1 } });
  });

  it('is opened and folded by sides of nodes', async () => {
    const open = await map({ focus: id(REPORT), open: `up ${id(FIT)}` });
    expect(open.boxes.map(({ count }) => count)).toContain(FRAMES);
    const closed = await map({ focus: id(REPORT), closed: `up ${id(REPORT)}` });
    expect(closed.boxes.every(({ node }) => node.depth >= 0)).toBe(true);
    expect(closed.boxes.find((box) => box.focus)?.more_up?.count).toBeGreaterThan(0);
  });

  it('counts, and does not draw, what else resulted from an input', async () => {
    const found = await map({ focus: id(REPORT), up: '1', down: '0' });
    const model = found.boxes.find(({ id }) => id === content('model'))!;
    expect(model.more_down).toEqual({ count: 1 });
    expect(found.boxes.map(({ id }) => id)).not.toContain(id(PREDICT));
  });

  it('has one of many released, with its chain', async () => {
    const many = await map({ focus: id(FIT), up: '3' });
    expect(many.boxes.filter(({ count }) => count === FRAMES)).toHaveLength(3);
    const pulled = await map({ focus: id(FIT), up: '3', pulled: id(7) });
    expect(pulled.boxes.filter(({ count }) => count === FRAMES - 1)).toHaveLength(3);
    expect(boxesOf(pulled)).toContainEqual([id(7), 1]);
    expect(boxesOf(pulled)).toContainEqual([content('raw 7'), 1]);
  });

  it('has dotted lines if evidence is ambiguous', async () => {
    const found = await map({ focus: id(REPORT), evidence: 'value-ambiguous,uri,identity,value' });
    expect(found.doubtful).toEqual([]);
    expect(found.lines.map(({ evidence }) => evidence)).toContain('value-ambiguous');
  });

  it('can be that of an earlier time', async () => {
    const found = await map({ focus: 'report.html', as_of: '2026-11-23T08:00:52Z', up: '9' });
    expect(found.boxes.map(({ id }) => id)).not.toContain(id(FIT));
  });
});

describe('the page of lineage', () => {
  it('draws every box and every line of the answer', async () => {
    const found = await map({ focus: id(FIT), up: '3' });
    const html = await page({ focus: id(FIT), up: '3', beside: '1' });
    expect(html.match(/<g class="box /g)).toHaveLength(found.boxes.length);
    expect(html.match(/<a class="line /g)).toHaveLength(found.lines.length);
    expect(html).toContain('× 40 .csv files');
  });

  it('draws a run-to-run line next to data on request', async () => {
    expect(await page({ focus: id(FIT), up: '2' })).toContain('parallel to data');
  });

  it('has all of it as tables: the same nodes and links', async () => {
    const found = await map({ focus: id(FIT), up: '3' });
    const asked = query({ focus: id(FIT), up: '3' });
    const nodes = readCsv(await site.text(`/api/v1/lineage/nodes?${asked}&format=csv`));
    const links = readCsv(await site.text(`/api/v1/lineage/links?${asked}&format=csv`));
    expect([nodes.length - 1, links.length - 1]).toEqual([found.counts.nodes, found.counts.links]);
    const inBoxes = found.boxes.reduce((sum, { count }) => sum + count, 0);
    expect(nodes.length - 1).toBe(inBoxes);
    const html = await page({ focus: id(FIT), up: '3', as: 'table' });
    expect(html).toContain(`${found.counts.nodes} nodes`);
    expect(html).toContain('href="/lineage?focus=');
  });

  it('sorts a table by a link, and filters rows by a text', async () => {
    const sorted = await site.json<{ items: { label: string }[] }>(
      `/api/v1/lineage/nodes?${query({ focus: id(FIT), sort: '-label', find: 'frame_1', limit: '5' })}`,
    );
    const labels = sorted.items.map(({ label }) => label);
    expect(labels).toEqual(labels.toSorted().reverse());
    expect(labels.every((label) => label.includes('frame_1'))).toBe(true);
  });

  it('shows a run in the panel, and a link with the JSON paths of both ends', async () => {
    const run = await page({ focus: id(REPORT), node: id(REPORT) });
    expect(run).toMatch(/<aside id="chosen"[\s\S]*makeReport[\s\S]*Ada[\s\S]*<\/aside>/);
    const link = await page({ focus: id(FIT), link: `${id(CALIBRATE)},${id(FIT)}` });
    expect(link).toContain('<code>result.id</code> → <code>args[1]</code>');
    expect(link).toContain('returned by exactly one activity');
  });

  it('lists the nodes of one box, with a search among them', async () => {
    const html = await page({ focus: id(FIT), up: '3', node: id(1), find: 'scan 12' });
    expect(html).toContain('40 runs, drawn as one');
    expect(html).toContain('1 found.');
    expect(html).toContain('reduce (scan 12)');
  });

  it('says plainly that no focus is given, and from what data a result was made', async () => {
    expect(await site.text('/lineage')).toContain('Lineage of what?');
    const html = await page({ focus: id(REPORT), data: '1' });
    for (const n of [1, FRAMES]) expect(html).toContain(`/data/raw/frame_${n}.h5`);
    expect(html).toContain('https://example.org/standards/si.json');
  });

  it('draws the paths between two, and activity types', async () => {
    const html = await page({ focus: id(REPORT), to: content('raw 5') });
    expect(html).toContain('frame_5.h5');
    expect(html).not.toContain('frame_6.h5');
    const plan = await page({ focus: id(REPORT), plan: '1', up: '8' });
    expect(plan).toContain('× 40 reduce');
    expect(plan).toContain('× 40 .h5 files');
  });
});

describe('the pages of data', () => {
  it('list artifacts, filtered, and by a name or a digest', async () => {
    expect(await site.text('/artifacts')).toContain('/data/report.html');
    const unknown = await site.text(`/artifacts?${query({ where: "origin = 'unknown'" })}`);
    expect(unknown).toContain('origin unknown');
    expect(unknown).not.toContain('/data/report.html');
    const found = await site.text(
      `/artifacts?${query({ find: `sha256:${digestOf('model').slice(0, 10)}` })}`,
    );
    expect(found).toContain('data/model.json');
    expect(found).toContain('copies/best.json');
    expect(await site.text('/artifacts?find=nothing-of-the-sort')).toContain('No data matches.');
  });

  it('show one with its version, its producers and users, and links to its lineage', async () => {
    const html = await site.text('/artifacts/data%2Fmodel.json');
    expect(html).toContain('fit scan 41');
    expect(html).toContain('makeReport scan 42');
    expect(html).toContain('copies/best.json');
    expect(html).toContain('What was made from it?');
    expect((await site.get(`/artifacts/sha256:${digestOf('model')}`)).status).toBe(200);
    expect((await site.get('/artifacts/nobody.txt')).status).toBe(404);
  });
});
