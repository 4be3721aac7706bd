/** Who waits for which metadata, and what was refused: from both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { opening, uidOf } from '../store/runs';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';
import { call } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-refused-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const NOW = Math.floor(Date.now() / 1000);
const MISSING = [
  { path: ['operator'], message: 'is required' },
  { path: ['sample', 'name'], message: 'is required' },
];
let counted = 0;

function refusal(
  workflow: string,
  time: number,
  more: { next_time?: number; lab?: string } = {},
): WriteRecord {
  counted += 1;
  const { next_time, lab = 'default' } = more;
  const temporal = {
    namespace: 'default',
    workflow_id: workflow,
    run_id: `run-of-${workflow}`,
    workflow_type: 'nightScan',
    activity_id: '1',
    activity_type: 'acquire',
    task_queue: 'measurements',
    attempt: counted,
  };
  const document = { fields: { project: 'p' }, sources: { project: 'stash' }, temporal, next_time };
  return {
    kind: 'refusal',
    refusal_id: uidOf(900 + counted),
    time,
    lab,
    issues: MISSING,
    document: JSON.stringify(document),
  };
}

const run = (n: number, workflow: string, time: number): WriteRecord =>
  opening({
    n,
    time,
    temporal: { workflow_id: workflow, run_id: `run-of-${workflow}`, activity_id: '1', attempt: 9 },
  });

const ended = (workflow: string): WriteRecord[] => {
  const address = { namespace: 'default', workflow_id: workflow, run_id: `run-of-${workflow}` };
  return [
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...address,
        workflow_type: 'nightScan',
        start_time: NOW - 900,
        task_queue: 'measurements',
        first_execution_run_id: address.run_id,
        attempt: 1,
        origin: 'sandbox',
      },
    },
    {
      kind: 'execution-close',
      close: { schema_version: 1, ...address, close_time: NOW, status: 'terminated', origin: 'server' },
    },
  ];
};

describe.each([sqlitePlace(), postgresPlace()])('list --refused on $name', (place) => {
  let url: string;
  const ask = (...argv: string[]) => call(['list', '--refused', ...argv, '--store', url], { cwd: folder });

  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    const store = await openStore(url, { mode: 'write', create: true });
    await store.write([
      refusal('for-good', NOW - 800),
      refusal('gone', NOW - 700, { next_time: NOW - 670 }),
      ...ended('gone'),
      refusal('filled', NOW - 600, { next_time: NOW - 570 }),
      run(1, 'filled', NOW - 560),
      refusal('idle', NOW - 500, { next_time: NOW - 470 }),
      ...[90, 60, 30].map((ago) => refusal('patient', NOW - ago, { next_time: NOW - ago + 30 })),
      refusal('elsewhere', NOW - 5, { next_time: NOW + 25, lab: 'hall-2' }),
    ]);
    await store.close();
  });
  afterAll(() => place.stop());

  it.skipIf(place.missing)('shows what waits for which fields, since when, and its next retry', async () => {
    const { out, code, err } = await ask('--lab', 'default');
    expect([code, err]).toEqual([0, '']);
    const [title, ...rows] = out.trimEnd().split('\n');
    expect(title).toMatch(
      /^STATUS +WORKFLOW ID +ACTIVITY +MISSING OR WRONG +SINCE +ATTEMPTS +NEXT ATTEMPT +OPENED$/,
    );
    const at = (time: number) => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
    expect(rows).toEqual([
      expect.stringMatching(
        new RegExp(
          `^waiting +patient +acquire +operator: is required; sample\\.name: is required +${at(NOW - 90)} +3 +${at(NOW)}`,
        ),
      ),
      expect.stringMatching(
        new RegExp(`^waiting +idle .* 1 +${at(NOW - 470)} \\(overdue: no worker has run it\\)$`),
      ),
      expect.stringMatching(new RegExp(`^opened +filled .* ${uidOf(1).slice(-8)}$`)),
      expect.stringMatching(/^ended +gone /),
      expect.stringMatching(/^refused +for-good /),
    ]);
  });

  it.skipIf(place.missing)('shows all labs by default, or says where there are refusals', async () => {
    const all = (await ask('--json')).json();
    expect(all.map(({ status, lab }) => [status, lab])).toEqual([
      ['waiting', 'hall-2'],
      ...['waiting', 'waiting', 'opened', 'ended', 'refused'].map((status) => [status, 'default']),
    ]);
    expect(all[1]).toEqual({
      status: 'waiting',
      lab: 'default',
      temporal: expect.objectContaining({
        workflow_id: 'patient',
        activity_id: '1',
        activity_type: 'acquire',
      }),
      tries: 3,
      first_time: NOW - 90,
      last_time: NOW - 30,
      next_time: NOW,
      issues: MISSING,
      metadata: { project: 'p' },
    });
    expect((await ask()).out).toMatch(/^STATUS +LAB +WORKFLOW ID/);
    expect((await ask('--lab', 'X')).err).toMatch(
      /^Nothing was refused in lab X in .*; lab hall-2 has refusals \(--lab hall-2\)\.\n$/,
    );
    const runs = await call(['list', '--lab', 'hall-2', '--store', url], { cwd: folder });
    expect(runs.err).toMatch(
      /^No runs of lab hall-2 .*\nActivities were refused: `list --refused` shows why\.\n$/,
    );
    expect((await ask('--limit', '2')).err).toContain('The last 2 refused; --limit shows more.');
    for (const words of [['--executions'], ['--where', "operator = 'Ada'"]])
      expect((await ask(...words)).code).toBe(2);
  });
});
