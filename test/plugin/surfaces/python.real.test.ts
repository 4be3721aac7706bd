/** Workers and clients in Python: the example's own files, run beside a worker of ours. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { temporalAddress } from '../../real/temporal-server';
import { unique } from '../harness';
import { outcomes, surface, until } from './kit';

const root = join(__dirname, '..', '..', '..');
const folder = join(root, 'examples', 'python');
const REASON = 'no Python with temporalio on this machine (pip install temporalio)';

/** A Python that has Temporal's SDK. */
function pythonWithTemporal(): string | undefined {
  const ours = join(root, '.cache', 'venv', 'bin', 'python3');
  return ['python3', ours].find((python) => {
    if (python === ours && !existsSync(ours)) return false;
    try {
      execFileSync(python, ['-c', 'import temporalio'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const python = pythonWithTemporal();

/**
 * Runs a script and ends without Python's own clearing up: threads of Temporal's SDK that are still there then may crash it,
 * after all is done.
 */
const RUN_AND_LEAVE = `import os, runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name='__main__')
sys.stdout.flush()
os._exit(0)`;

/** Does `work` beside the worker in Python. */
async function besidePython<T>(taskQueue: string, work: () => Promise<T>): Promise<T> {
  const worker = spawn(python!, [join(folder, 'worker.py'), temporalAddress(), taskQueue], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (bytes) => {
      said += bytes;
    });
  }
  try {
    await until('the worker in Python', () => {
      if (worker.exitCode !== null) throw new Error(`the worker in Python ended:\n${said}`);
      return said.includes('ready');
    });
    return await work();
  } finally {
    await ended(worker);
  }
}

async function ended(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = once(worker, 'exit');
  const force = setTimeout(() => worker.kill('SIGKILL'), 10_000);
  worker.stdin?.end();
  await exit;
  clearTimeout(force);
}

test('an activity in Python reads the metadata that the workflow in TypeScript sends', async (context) => {
  context.skip(!python, REASON);
  const pythonQueue = unique('python');
  const { value, executions } = await surface(({ client, taskQueue }) =>
    besidePython(pythonQueue, () =>
      withMetadata({ operator: 'Ada', purpose: 'user' }, () =>
        client.workflow.execute('reducing', {
          taskQueue,
          workflowId: unique('reducing'),
          args: [pythonQueue],
        }),
      ),
    ),
  );
  expect(value).toEqual({
    frames: 12,
    metadata: { operator: 'Ada', purpose: 'user', phase: 'reduction' },
  });
  expect(executions.map(({ settled }) => settled?.status)).toEqual(['completed']);
});

test('an activity of ours that a workflow in Python calls has the metadata of the client in Python', async (context) => {
  context.skip(!python, REASON);
  const pythonQueue = unique('python');
  const workflowId = unique('scan');
  const { runs, executions } = await surface(({ taskQueue }) =>
    besidePython(pythonQueue, async () => {
      const args = [join(folder, 'start.py'), temporalAddress(), pythonQueue, workflowId, taskQueue];
      const { stdout } = await promisify(execFile)(python!, ['-c', RUN_AND_LEAVE, ...args]);
      expect(stdout.trim()).toBe('foil');
    }),
  );
  const [run, ...others] = runs;
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({
    operator: 'Grace',
    sample: { name: 'Ångström foil' },
    plan_name: 'Scan',
    plan_type: 'workflow',
    temporal: { workflow_id: workflowId, workflow_type: 'Scan', activity_type: 'echo', args: ['foil'] },
    provenance: { sources: { operator: 'user', sample: 'user', plan_name: 'inferred' } },
  });
  expect(run?.start.plan_args?.[0]).toBe('foil');
  expect(outcomes(runs)).toEqual(['completed']);
  expect(executions.map(({ start, settled }) => [start.workflow_type, settled?.status])).toEqual([
    ['Scan', 'completed'],
  ]);
});
