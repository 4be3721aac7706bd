/** What surrounds runs: executions, contexts, environments, sessions, refusals, losses; and the store itself. */
import { describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../../src/filter/execution-fields';
import { equals } from '../../../src/filter/filter';
import type { Environment, WorkerSession } from '../../../src/model/environment';
import type { ExecutionClose, ExecutionStart } from '../../../src/model/execution';
import type { LossRecord, RefusalRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening } from '../runs';

const ADDRESS = { namespace: 'default', workflow_id: 'w', run_id: '00000000-0000-4000-8000-00000000000a' };
const START: ExecutionStart = {
  schema_version: 1,
  ...ADDRESS,
  workflow_type: 'pipeline',
  start_time: 1,
  task_queue: 'q',
  first_execution_run_id: ADDRESS.run_id,
  attempt: 1,
  args: ['\0\ud800'],
  origin: 'sandbox',
};
const close = (status: ExecutionClose['status'], origin: ExecutionClose['origin']): ExecutionClose => ({
  schema_version: 1,
  ...ADDRESS,
  close_time: 5,
  status,
  origin,
});

export function surroundingsContract(under: Under): void {
  describe('executions', () => {
    it('keep the first start and the last observed close; the settled close is final', async () => {
      const { store } = under;
      await store.write([
        opening({ n: 1, temporal: ADDRESS }),
        { kind: 'execution', start: START },
        { kind: 'execution', start: { ...START, origin: 'history', attempt: 2 } },
        { kind: 'execution-close', close: close('failed', 'sandbox') },
        { kind: 'execution-close', close: close('completed', 'sandbox') },
      ]);
      expect(await store.execution(ADDRESS.run_id)).toEqual({
        start: START,
        observed: close('completed', 'sandbox'),
        settled: null,
      });
      expect(
        await store.write([
          { kind: 'execution-close', close: close('terminated', 'server') },
          { kind: 'execution-close', close: close('terminated', 'server') },
          { kind: 'execution-close', close: close('completed', 'server') },
          { kind: 'execution-close', close: close('completed', 'sandbox') },
        ]),
      ).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'closed' }, { kind: 'done' }]);
      const execution = await store.execution(ADDRESS.run_id);
      expect(execution?.settled).toEqual(close('terminated', 'server'));
      expect(await store.executions({ limit: 5 })).toEqual([execution]);
      expect(await store.lateReports(ADDRESS)).toEqual([
        { kind: 'execution-close', document: close('completed', 'server') },
      ]);
    });

    it('keep a close from the sandbox after the settled one next to it, without a change of status', async () => {
      const { store } = under;
      await store.write([
        { kind: 'execution', start: START },
        { kind: 'execution-close', close: close('terminated', 'server') },
      ]);
      const late = { ...close('completed', 'sandbox'), close_time: 99 };
      expect(await store.write([{ kind: 'execution-close', close: late }])).toEqual([{ kind: 'done' }]);
      expect(await store.execution(ADDRESS.run_id)).toEqual({
        start: START,
        observed: late,
        settled: close('terminated', 'server'),
      });
      const where = equals(EXECUTION_FIELDS, 'status', 'terminated');
      expect(await store.executions({ filter: { where }, limit: 5 })).toHaveLength(1);
      expect(await store.lateReports(ADDRESS)).toEqual([]);
    });

    it('keep a close that arrives before its start', async () => {
      await under.store.write([
        { kind: 'execution-close', close: close('completed', 'sandbox') },
        { kind: 'execution', start: START },
      ]);
      expect(await under.store.execution(ADDRESS.run_id)).toMatchObject({
        start: START,
        observed: { status: 'completed' },
      });
    });

    it('keep contexts by run id and n, the first of each', async () => {
      const n = Number.MAX_SAFE_INTEGER;
      const record = { kind: 'context' as const, run_id: ADDRESS.run_id, n };
      await under.store.write([
        { ...record, document: '{"a":"\\u0000"}' },
        { ...record, document: '{}' },
      ]);
      expect(await under.store.context(ADDRESS.run_id, n)).toBe('{"a":"\\u0000"}');
      expect(await under.store.context(ADDRESS.run_id, 1)).toBeNull();
    });
  });

  describe('environment and session', () => {
    it('are returned unchanged, contents byte by byte; runs may arrive before them', async () => {
      const environment: Environment = {
        id: `sha256:${'a'.repeat(64)}`,
        code_id: `sha256:${'b'.repeat(64)}`,
        identity: { 'git.commit': 'c' },
        detail: { branch: 'main' },
        reasons: { 'image.id': 'no_engine' },
        restorable: { level: 'source', missing: ['image'] },
        captured_time: 3,
        duration_ms: 12,
      };
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const blob = { digest: `sha256:${'c'.repeat(64)}`, media_type: 'text/x-diff', bytes };
      const session: WorkerSession = {
        session_id: 's-1',
        start_time: 1,
        namespace: 'default',
        task_queue: 'q',
        identity: 'w@h',
        host: 'h',
        pid: 1,
        cwd: '/',
        detail: { cpu: 'x' },
      };
      const { store } = under;
      await store.write([opening({ n: 1, environment: environment.id, session: 's-1' })]);
      expect(await store.environment(environment.id)).toBeNull();
      const record = { kind: 'environment' as const, environment, blobs: [blob] };
      await store.write([record, record, { kind: 'session', session }]);
      expect(await store.environment(environment.id)).toEqual(environment);
      expect(await store.blob(blob.digest)).toEqual({ media_type: 'text/x-diff', bytes });
      expect(await store.environments(5)).toMatchObject([{ environment, runs: 1 }]);
      await store.write([
        { kind: 'session', session: { ...session, stop_time: 9 } },
        { kind: 'session', session },
      ]);
      expect(await store.session('s-1')).toEqual({ ...session, stop_time: 9 });
      expect(await store.session('none')).toBeNull();
      const rules = {
        digest: `sha256:${'d'.repeat(64)}`,
        media_type: 'application/json',
        bytes: bytes.slice(1),
      };
      const second = { ...session, session_id: 's-2', rules: rules.digest };
      const told = { kind: 'session' as const, session: second, blobs: [rules] };
      await store.write([told, told]);
      expect(await store.blob(rules.digest)).toEqual({ media_type: 'application/json', bytes: rules.bytes });
      expect((await store.session('s-2'))?.rules).toBe(rules.digest);
      const newest = async (limit: number) =>
        (await store.sessions(limit)).map(({ session_id }) => session_id);
      expect(await newest(10)).toEqual(['s-2', 's-1']);
      expect(await newest(1)).toEqual(['s-2']);
    });
  });

  describe('refusals and losses', () => {
    it('refusals use no scan id and are listed newest first', async () => {
      const refusal = (id: string): RefusalRecord => ({
        kind: 'refusal',
        refusal_id: id,
        time: 1,
        lab: 'default',
        issues: [{ path: ['operator'], message: 'is required' }],
        document: '{"fields":{}}',
      });
      await under.store.write([refusal('a'), refusal('a'), refusal('b')]);
      expect(await under.store.refusals(5)).toEqual([refusal('b'), refusal('a')]);
      expect(await under.store.write([opening({ n: 1 })])).toMatchObject([{ scan_id: 1 }]);
      expect(await under.store.counts()).toMatchObject({ refusals: 2, runs: 1 });
    });

    it('refusals of an execution are found by its run id, among any number of later ones', async () => {
      const refusal = (id: string, temporal?: object): RefusalRecord => ({
        kind: 'refusal',
        refusal_id: id,
        time: 1,
        lab: 'north',
        issues: [],
        document: JSON.stringify({ fields: {}, temporal }),
      });
      const own = [refusal('a', { run_id: 'r-1' }), refusal('b', { run_id: 'r-1' })];
      await under.store.write([...own, refusal('c', { run_id: 'r-2' }), refusal('d', {}), refusal('e')]);
      expect(await under.store.refusalsOf('r-1')).toEqual(own.toReversed());
      expect(await under.store.refusalsOf('r-3')).toEqual([]);
    });

    it('losses are added up by kind, each report once', async () => {
      const loss = (session_id: string | null, time: number, count: number): LossRecord => ({
        kind: 'loss',
        time,
        session_id,
        loss: 'start',
        count,
        detail: `at ${time}`,
      });
      await under.store.write([loss('a', 1, 2), loss('a', 1, 2), loss('a', 2, 3), loss(null, 5, 10)]);
      expect(await under.store.losses()).toEqual([
        { loss: 'start', count: 15, last_time: 5, detail: 'at 5' },
      ]);
    });
  });

  describe('the store', () => {
    it('is the same after it is opened again, and its counters continue', async () => {
      await under.store.write([opening({ n: 1 })]);
      const again = await under.reopen();
      expect(await again.identity()).toEqual(await under.store.identity());
      expect(await again.write([opening({ n: 2 })])).toMatchObject([{ scan_id: 2 }]);
      expect(await under.store.write([opening({ n: 3 })])).toMatchObject([{ scan_id: 3 }]);
      await again.close();
      await expect(again.counts()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    });

    it('accepts groups from several connections at once, without a lost or repeated scan id', async () => {
      const stores = [under.store, await under.reopen(), await under.reopen()];
      const groups = stores.flatMap((store, s) =>
        Array.from({ length: 10 }, (_, g) =>
          store.write(Array.from({ length: 20 }, (_, i) => opening({ n: s * 1000 + g * 20 + i }))),
        ),
      );
      const ids = (await Promise.all(groups))
        .flat()
        .map((answer) => answer.kind === 'opened' && answer.scan_id);
      expect(ids.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
      await Promise.all(stores.slice(1).map((store) => store.close()));
    });

    it('accepts an empty group', async () => {
      const { state_id } = await under.store.identity();
      expect(await under.store.write([])).toEqual([]);
      expect((await under.store.identity()).state_id).toBe(state_id);
    });
  });
}
