/** Starts the pipeline: twice as Ada, with a straight trend and a bent one, and once with nobody's name on it. */
import { randomUUID } from 'node:crypto';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { carbonDioxideTrend } from './workflows';

async function main(): Promise<void> {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const client = new Client({ connection, plugins: [new ProvenancePlugin()] });
  const run = (trend_degree: number) =>
    client.workflow.execute(carbonDioxideTrend, {
      taskQueue: 'carbon-dioxide',
      workflowId: `co2-${randomUUID().slice(0, 8)}`,
      args: [trend_degree],
    });

  for (const trend_degree of [1, 2]) {
    const findings = await withMetadata(
      { operator: 'Ada', project: 'Keeling curve', purpose: 'how fast is it growing?' },
      () => run(trend_degree),
    );
    console.log(`trend of degree ${trend_degree}:`, findings);
  }
  try {
    console.log('without an operator:', await run(2));
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    console.log('without an operator:', rootCause(error).message);
  }
  await connection.close();
}

/** Temporal wraps what happened: the workflow failed, for the activity failed, for this reason. */
function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
