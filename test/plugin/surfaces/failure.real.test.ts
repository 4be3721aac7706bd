/** What a person is told of an execution that failed for real: in one screen, what, where, with which code, and what it had read. */
import { withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { call } from '../../cli/laboratory';
import { reading, unique } from '../harness';
import { surface } from './kit';

const SCREEN_LINES = 50;

test('a failure in an activity of a child is shown on one screen', async () => {
  const workflowId = unique('night-scan');
  const { store, runs, executions } = await surface(
    ({ client, taskQueue }) =>
      withMetadata({ operator: 'Ada', sample: { name: 'Au foil' } }, () =>
        client.workflow
          .execute('nightScan', { taskQueue, workflowId, args: [12] })
          .catch((error: unknown) => String(error)),
      ),
    {},
    { environment: {} },
  );
  expect(executions.map(({ start, settled }) => [start.workflow_type, settled?.status])).toEqual([
    ['nightScan', 'failed'],
    ['fitting', 'failed'],
  ]);
  const failed = runs.at(-1)!;
  const { environment: id } = failed.start.provenance;
  const environment = await reading(store, (reader) => reader.environment(id!));
  const commit = environment?.identity['git.commit'] as string | undefined;

  const { out, code } = await call(['show', workflowId, '--store', store], {
    cwd: '/',
    tty: { columns: 110 },
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
  const screen = out.replace(/\u001b\[\d+m/g, '');
  expect(code).toBe(0);
  expect(screen.split('\n').length).toBeLessThanOrEqual(SCREEN_LINES);
  const [first, ...rest] = screen.split('\n');
  expect(first).toMatch(new RegExp(`${workflowId} · nightScan · failed`));
  const story = rest.join('\n');
  for (const told of [
    /fit · scan \d+ · [0-9a-f]{8} · attempt 2 · failed/,
    new RegExp(`in child +${workflowId}/fit`),
    /ModelError: +singular matrix: 3 of 12 frames are dark/,
    /RangeError: only 9 points/,
    new RegExp(`pid ${process.pid}, queue ${failed.start.temporal.task_queue}`),
    /at +\S*fit \(.*surfaces.activities\.ts/,
    /arguments +\{"frames":12,"dark":3\}, straight/,
    /retry of .*not yet warm/,
    /warn.* 3 frames are dark/,
    /Au foil/,
  ])
    expect(story).toMatch(told);
  if (commit) expect(story).toContain(commit.slice(0, 8));
  expect(story).toMatch(/runtime +node/);
});
