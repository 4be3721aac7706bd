/** The training question where an instrument made the data: a run that was given nothing recorded is where the record begins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Provenance } from '../../src/questions/provenance';
import { fromBuild } from '../built';
import { uidOf } from '../store/runs';
import { MORNING, putGraph } from './lineage-kit';

const { openProvenance } = fromBuild<typeof import('../../src/index')>('src/index');

let folder = '';
let provenance: Provenance;

/** acquire makes two frames, reduce a curve of each, train a model of the curves and of a table that nobody recorded. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-beginnings-'));
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  const data = (name: string, n: number) => ({
    uri: `file://beam/${name}`,
    content: name,
    time: MORNING + n,
  });
  await putGraph(url, {
    runs: [1, 2, 3, 4].map((n) => ({ n })),
    versions: ['frame-1', 'frame-2', 'curve-1', 'curve-2', 'model', 'table'].map(data),
    links: [
      ['r1', 'v1', 'generated', 'uri'],
      ['r1', 'v2', 'generated', 'uri'],
      ...[1, 2].flatMap((n) => [
        [`v${n}`, `r${n + 1}`, 'used', 'uri'] as const,
        [`r${n + 1}`, `v${n + 2}`, 'generated', 'uri'] as const,
        [`v${n + 2}`, 'r4', 'used', 'uri'] as const,
      ]),
      ['v6', 'r4', 'used', 'uri'],
      ['r4', 'v5', 'generated', 'uri'],
    ],
  });
  provenance = await openProvenance({ store: url });
});
afterAll(async () => {
  await provenance?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("a model was trained on an instrument's data and on data without a recorded producer, not on data in between", async () => {
  const found = await provenance.usedData('file://beam/model');
  expect(found.map(({ label, origin }) => [label, origin]).sort()).toEqual([
    ['/frame-1', undefined],
    ['/frame-2', undefined],
    ['/table', 'unknown'],
  ]);
});

it('the data of a run without recorded inputs are their own beginning', async () => {
  expect(await provenance.usedData(uidOf(1))).toEqual([]);
  const found = await provenance.usedData(uidOf(2));
  expect(found.map(({ label }) => label)).toEqual(['/frame-1']);
});
