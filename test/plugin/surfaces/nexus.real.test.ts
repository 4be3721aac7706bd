/** Nexus operations: the metadata of the caller reaches what the operation starts, which says who called. */
import { getClient, startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { type ServiceHandler, serviceHandler } from 'nexus-rpc';
import { withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { MaskingCodec } from '../fixtures/codec';
import { makeClient, unique } from '../harness';
import { beamline } from './beamline';
import { outcomes, surface, surfaceBundle } from './kit';

/** One operation that is a workflow, and one that answers at once, and starts a workflow on the way. */
function handler(): ServiceHandler {
  return serviceHandler(beamline, {
    align: new WorkflowRunOperationHandler<string, string>((ctx, key) =>
      startWorkflow(ctx, 'echoing', { workflowId: unique('aligning'), args: [key] }),
    ),
    async note(_ctx, key) {
      const workflowId = unique('noting');
      const taskQueue = key;
      await withMetadata({ remark: 'by the operation' }, () =>
        getClient().workflow.start('echoing', { workflowId, taskQueue, args: ['noted'] }),
      );
      return workflowId;
    },
  });
}

async function called(operationName: 'align' | 'note', codecs?: MaskingCodec[]) {
  const dataConverter = codecs && { payloadCodecs: codecs };
  const endpoint = unique('endpoint');
  const encrypted = dataConverter && { dataConverter, workflowBundle: await surfaceBundle(true) };
  return surface(
    async ({ client: given, plugin, taskQueue }) => {
      const client = dataConverter ? await makeClient({ dataConverter, plugins: [plugin] }) : given;
      const { endpoint: made } = await client.connection.operatorService.createNexusEndpoint({
        spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue } } },
      });
      const args = [endpoint, operationName, operationName === 'note' ? taskQueue : 'foil'];
      const workflowId = unique('calling');
      const answer = await withMetadata({ operator: 'Ada' }, () =>
        client.workflow.execute('calling', { taskQueue, workflowId, args }),
      );
      if (operationName === 'note') await client.workflow.getHandle(answer as string).result();
      await client.connection.operatorService.deleteNexusEndpoint({
        id: made?.id,
        version: made?.version,
      });
      return workflowId;
    },
    { nexusServices: [handler()], ...encrypted },
  );
}

test("a workflow that runs an operation carries the caller's metadata, and names the caller", async () => {
  const { runs, executions, value } = await called('align');
  const calling = executions.find(({ start }) => start.workflow_type === 'calling')!;
  const aligning = executions.find(({ start }) => start.workflow_type === 'echoing')!;
  const { namespace, run_id } = calling.start;
  expect(aligning.start.caller).toEqual({ namespace, workflow_id: value, run_id });
  expect(executions.map(({ settled }) => settled?.status)).toEqual(['completed', 'completed']);
  const [run, ...others] = runs;
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({
    operator: 'Ada',
    phase: 'alignment',
    plan_name: 'echoing',
    temporal: { run_id: aligning.start.run_id, caller: { namespace, workflow_id: value, run_id } },
    provenance: { sources: { operator: 'user', phase: 'plan' } },
  });
  expect(outcomes(runs)).toEqual(['completed']);
});

test("an operation that answers at once: what it starts carries its own metadata over the caller's", async () => {
  const { runs, value } = await called('note');
  expect(runs.map(({ start }) => [start.operator, start.phase, start.remark])).toEqual([
    ['Ada', 'alignment', 'by the operation'],
  ]);
  expect(runs[0]?.start.temporal.caller?.workflow_id).toBe(value);
  expect(runs[0]?.start.provenance.sources).toMatchObject({
    operator: 'user',
    remark: 'user',
    phase: 'plan',
  });
});

test("a lab that encrypts: the caller's metadata arrives, and no history shows it", async () => {
  const { runs, executions } = await called('align', [new MaskingCodec()]);
  expect(runs.map(({ start }) => start.operator)).toEqual(['Ada']);
  const client = await makeClient();
  for (const { start } of executions) {
    const history = await client.workflow.getHandle(start.workflow_id, start.run_id).fetchHistory();
    const text = JSON.stringify(history, (_key, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).toContain('temporal-provenance');
    expect(text).not.toContain('Ada');
    expect(text).not.toContain('alignment');
  }
});
