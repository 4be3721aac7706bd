/** What is told of data that is copied: the original was there first, and a file that lies where it was written is that version. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Provenance } from '../../src/questions/provenance';
import { fromBuild } from '../built';
import { uidOf } from '../store/runs';
import { MORNING, putGraph } from './lineage-kit';

const { openProvenance } = fromBuild<typeof import('../../src/index')>('src/index');
/** The kit takes the digest of this word as that of the content. */
const MODEL = 'model';

let folder = '';
let provenance: Provenance;

/**
 * Twice the same night's work: acquire copies an archived file, train makes a model of the copy. Models are equal, and so are copies
 * and original.
 */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-copies-'));
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  const uri = (name: string) => `file://${hostname()}${join(folder, name)}`;
  await putGraph(url, {
    runs: [1, 2, 3, 4].map((n) => ({ n, temporal: { activity_type: n % 2 ? 'acquire' : 'train' } })),
    versions: [
      { uri: uri('first/raw.csv'), content: 'raw', time: MORNING + 11 },
      { uri: uri('archive.csv'), content: 'raw', time: MORNING },
      { uri: uri('first/model.json'), content: MODEL, time: MORNING + 21 },
      { uri: uri('second/raw.csv'), content: 'raw', time: MORNING + 31 },
      { uri: uri('second/model.json'), content: MODEL, time: MORNING + 41 },
    ],
    links: [
      ...['v1', 'v3'].map((version, n) => [`r${n + 1}`, version, 'generated', 'uri'] as const),
      ...['v4', 'v5'].map((version, n) => [`r${n + 3}`, version, 'generated', 'uri'] as const),
      ['v2', 'r1', 'used', 'uri'],
      ['v2', 'r3', 'used', 'uri'],
      ['v1', 'r2', 'used', 'uri'],
      ['v4', 'r4', 'used', 'uri'],
    ],
  });
  provenance = await openProvenance({ store: url });
});
afterAll(async () => {
  await provenance?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('data that an activity copied is the beginning, and the copy names it', async () => {
  const { nodes } = await provenance.lineage(uidOf(2), { data: true });
  expect(nodes).toMatchObject([{ type: 'artifact', label: join(folder, 'archive.csv'), origin: 'unknown' }]);
});

it('data that a run generated is not a beginning if a copy without a producer exists', async () => {
  const { nodes } = await provenance.lineage(uidOf(4), { data: true });
  expect(nodes.map(({ label }) => label)).toEqual([join(folder, 'archive.csv')]);
});

it('a file at its recorded path is that version, even if another run made the same bytes', async () => {
  // The kit's digests are of words, so the file holds the word itself.
  const path = join(folder, 'second', 'model.json');
  mkdirSync(join(folder, 'second'));
  writeFileSync(path, MODEL);
  const there = await provenance.lineage(path);
  expect(there.nodes.flatMap((node) => (node.type === 'run' ? [node.uid] : []))).toEqual(
    expect.not.arrayContaining([uidOf(2)]),
  );
  expect(there.nodes.some((node) => node.type === 'run' && node.uid === uidOf(4))).toBe(true);
  const elsewhere = join(folder, 'somewhere.json');
  writeFileSync(elsewhere, MODEL);
  const copy = await provenance.lineage(elsewhere);
  expect(copy.nodes.flatMap((node) => (node.type === 'run' ? [node.uid] : []))).toEqual(
    expect.arrayContaining([uidOf(2), uidOf(4)]),
  );
});
