/** Real documents, judged by event-model's own schemas; and runs of a worker that has no sandbox of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { jsonlSubscriber, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { eventModelAccepts } from '../metadata/event-model/schema';
import { temporalAddress } from '../real/temporal-server';
import { recording, runsByArgument, runsOf, temporaryStore, unique } from './harness';

/** A Python that has event-model. */
function pythonWithEventModel(): string | undefined {
  const cached = join(homedir(), '.cache', 'temporal-provenance', 'python', 'bin', 'python3');
  return ['python3', cached].find((python) => {
    if (python === cached && !existsSync(cached)) return false;
    try {
      execFileSync(python, ['-c', 'import event_model, jsonschema'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const JUDGE = `
import json, sys
from event_model import DocumentNames, schema_validators
for name, document in json.load(sys.stdin):
    schema_validators[DocumentNames[name]].validate(document)
print('valid')
`;

test('start and stop documents pass the schemas of event-model unchanged', async (context) => {
  const emitted: [string, unknown][] = [];
  const subscriber = (name: string, document: unknown): void => {
    emitted.push([name, JSON.parse(JSON.stringify(document))]);
  };
  const { store } = await recording(
    { subscribers: [subscriber], stash: { data_session: 's' } },
    async (parts) => {
      const { client, taskQueue } = parts;
      const execute = (type: string, ...args: unknown[]) =>
        client.workflow.execute(type, { taskQueue, workflowId: unique(type), args }).catch(() => undefined);
      const metadata = {
        operator: 'Ada',
        sample: { name: 'S' },
        hints: { dimensions: [[['x.y'], 'primary']] },
      };
      await withMetadata(metadata as never, async () => {
        await execute('layered');
        await execute('retried', 1);
        await execute('failing');
      });
    },
  );
  const read = (await runsOf(store)).flatMap(({ start, stop }) => [
    ['start', start],
    ['stop', stop],
  ]);
  expect(emitted.filter(([name]) => name === 'start')).toHaveLength(9);
  expect(emitted.filter(([name]) => name === 'stop')).toHaveLength(9);
  const all = [...emitted, ...read] as ['start' | 'stop', object][];
  for (const [kind, document] of all)
    expect([eventModelAccepts(document, kind), document]).toEqual([true, document]);
  const python = pythonWithEventModel();
  context.skip(
    !python,
    'judged by its schemas; no Python with event-model on this machine to judge by its own code',
  );
  const input = JSON.stringify(all);
  expect(execFileSync(python!, ['-c', JUDGE], { input, encoding: 'utf8' }).trim()).toBe('valid');
});

test('documents are emitted in order, and a subscriber that throws harms no other', async () => {
  const names: string[] = [];
  const subscribers = [
    () => {
      throw new Error('subscriber');
    },
    (name: string) => names.push(name),
    jsonlSubscriber(join(temporaryStore().slice('sqlite:'.length), '..', 'lines')),
  ];
  await recording({ subscribers }, ({ client, taskQueue }) =>
    client.workflow.execute('retried', { taskQueue, workflowId: unique('emitted'), args: [1] }),
  );
  expect(names).toEqual(['start', 'stop', 'start', 'stop']);
});

test('a worker with activities alone reads from the store what another process recorded', async () => {
  const store = temporaryStore();
  const elsewhere = unique('elsewhere');
  const script = join(__dirname, 'fixtures', 'activity-worker.cjs');
  const worker = spawn(process.execPath, [script, temporalAddress(), elsewhere, store], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => worker.on('exit', resolve));
  await new Promise((resolve) => worker.stdout.once('data', resolve));
  await recording({ store }, ({ client, taskQueue }) =>
    withMetadata({ operator: 'Ada' }, () =>
      client.workflow.execute('apart', { taskQueue, workflowId: unique('apart'), args: [elsewhere] }),
    ),
  );
  worker.stdin.end();
  await ended;
  const runs = await runsByArgument(store);
  for (const name of ['short', 'long']) {
    expect(runs.get(name)!.start).toMatchObject({
      operator: 'Ada',
      plan_name: 'apart',
      plan_args: [elsewhere],
    });
  }
  expect(runs.get('short')!.start.size).toBe('short');
  expect((runs.get('long')!.start.size as string).length).toBe(5000);
});
