/** A worker that is killed in the middle of an activity: what was said is there, and the next attempt goes on from it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../../cli/laboratory';
import { temporalAddress } from '../../real/temporal-server';
import { reading, runsOf, unique } from '../harness';
import { surface, until } from './kit';

function startWorker(taskQueue: string, store: string): ChildProcess {
  const script = join(__dirname, 'exposing-worker.cjs');
  return spawn(process.execPath, [script, temporalAddress(), taskQueue, store], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = once(worker, 'exit');
  worker.stdin?.end();
  await exit;
}

/** Frames that the first attempt has said and logged, as the store tells: lines are handed over a moment later. */
async function framesSaid(store: string): Promise<number> {
  const [run] = await runsOf(store);
  if (!run) return 0;
  return reading(store, async (reader) => {
    const said = await reader.checkpoints(run.start.uid);
    const logged = await reader.log({ run_start: run.start.uid });
    return Math.min(said.length, logged.length);
  });
}

test('checkpoints of a killed attempt are stored, and the next attempt resumes', async () => {
  const workers: ChildProcess[] = [];
  try {
    const { runs, store, value } = await surface(async ({ client, taskQueue, store: url }) => {
      const own = `${taskQueue}-own`;
      workers.push(startWorker(own, url));
      const workflowId = unique('exposing');
      const handle = await client.workflow.start('exposing', { taskQueue, workflowId, args: [own] });
      await until('four frames', async () => (await framesSaid(url)) === 4);
      const exit = once(workers[0]!, 'exit');
      workers[0]!.kill('SIGKILL');
      await exit;
      workers.push(startWorker(own, url));
      const result = await handle.result();
      await end(workers[1]!);
      return result as number;
    });
    const [killed, resumed, ...others] = runs;
    expect(others).toEqual([]);
    expect([killed?.stop, resumed?.stop?.exit_status]).toEqual([null, 'success']);
    expect(['timed_out', 'superseded']).toContain(killed?.settled?.outcome);
    expect(resumed?.settled?.outcome).toBe('completed');

    // The server is told of heartbeats now and then: the last one that it knew is where the second attempt begins.
    expect(value).toBeGreaterThanOrEqual(1);
    expect(value).toBeLessThanOrEqual(4);
    const before = value - 1;
    expect(resumed?.start.temporal.heartbeat_details).toEqual([
      { frame: before, t_start_ms: 100 * before, t_stop_ms: 100 * value },
    ]);
    const framesOf = (uid: string) =>
      reading(store, async (reader) => (await reader.checkpoints(uid)).map(({ t_stop_ms }) => t_stop_ms));
    expect(await framesOf(killed!.start.uid)).toEqual([100, 200, 300, 400]);
    const rest = Array.from({ length: 8 - value }, (_, n) => 100 * (value + n + 1));
    expect(await framesOf(resumed!.start.uid)).toEqual(rest);
    const logged = await reading(store, (reader) => reader.log({ run_start: killed!.start.uid }));
    expect(logged.map(({ message }) => message)).toEqual([0, 1, 2, 3].map((frame) => `frame ${frame}`));

    const shown = await call(['show', resumed!.start.uid, '--checkpoints', '--store', store], { cwd: '/' });
    expect(shown.out).toMatch(/attempt 1 +4, the last at .*simulated time 300 to 400 ms/);
    expect(shown.out).toMatch(/checkpoints +\d, the last at .*simulated time 700 to 800 ms/);
  } finally {
    for (const worker of workers) if (worker.exitCode === null) worker.kill('SIGKILL');
  }
});
