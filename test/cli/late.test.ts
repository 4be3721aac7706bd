import { expect, it } from 'vitest';
import { styleOf } from '../../src/cli/io';
import { describeRun } from '../../src/cli/render/run';
import type { RunRecord } from '../../src/model/documents';
import { statusOf, toneOf } from '../../src/questions/status';
import type { LateReport } from '../../src/store/interface/settling';
import { opening, stopping, uidOf } from '../store/runs';

const { facts } = opening({ n: 1 });
const stop = JSON.parse(stopping(1, { time: 1_790_000_005, temporal: { completes_async: true } }).document);
const run: RunRecord = {
  start: { uid: uidOf(1), time: 1_790_000_001, ...JSON.parse(facts) },
  stop,
  settled: null,
};
run.start.provenance.sources = {};
const style = {
  ...styleOf({ stdout: { write: () => undefined }, stderr: { write: () => undefined }, env: {}, cwd: '/' }),
  width: 100,
};

it('a run that completes elsewhere is async, and counts as open', () => {
  expect([statusOf(run), toneOf('async')]).toEqual(['async', 'open']);
  const settled = {
    schema_version: 1,
    run_start: uidOf(1),
    time: 9,
    outcome: 'failed' as const,
    evidence: {},
  };
  expect(statusOf({ ...run, settled })).toBe('failed');
});

it('a report after the final outcome of a run is shown as a late report', () => {
  const late: LateReport[] = [
    { kind: 'stop', document: { ...stop, exit_status: 'fail' } },
    {
      kind: 'settled',
      document: {
        schema_version: 1,
        run_start: uidOf(1),
        time: 1_790_000_009,
        outcome: 'lost',
        evidence: { source: '\u001b[1m' },
      },
    },
  ];
  const progress = { checkpoints: [], log: [], before: [] };
  const story = { run, attempts: [run], environment: null, session: null, late, progress };
  const lines = describeRun(story, style, { checkpoints: false, log: false }).filter((line) =>
    line.includes('late report'),
  );
  expect(lines.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
    expect.stringMatching(/^late report +failed at 2026-.*, by a worker$/),
    expect.stringMatching(/^late report +lost at 2026-.*, by \\x1b\[1m$/),
  ]);
});
