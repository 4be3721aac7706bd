/**
 * Starts the pipeline as Ada, who compares both trends and chooses one; as Grace, who lets them learn from fewer years; and once with
 * nobody's name on it.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { archivePath } from './measurements';
import { carbonDioxideTrend, choose, compare } from './workflows';

async function main(): Promise<void> {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const client = new Client({ connection, plugins: [new ProvenancePlugin()] });
  const start = (split_year: number) =>
    client.workflow.start(carbonDioxideTrend, {
      taskQueue: 'carbon-dioxide',
      workflowId: `co2-${randomUUID().slice(0, 8)}`,
      args: [archivePath('co2-concentration.csv'), split_year],
    });

  for (const { operator, split_year } of [
    { operator: 'Ada', split_year: 2015 },
    { operator: 'Grace', split_year: 2005 },
  ]) {
    const handle = await withMetadata(
      { operator, project: 'Keeling curve', purpose: 'how fast is it growing?' },
      () => start(split_year),
    );
    const fits = await handle.executeUpdate(compare);
    for (const { trend_degree, inferred } of fits)
      console.log(
        `trend of degree ${trend_degree}: off by ${inferred.rmse_ppm} ppm in years that it has not seen`,
      );
    const [best] = fits.toSorted((a, b) => a.inferred.rmse_ppm - b.inferred.rmse_ppm);
    const { trend_degree } = best!;
    await handle.signal(choose, { trend_degree, reason: 'it predicts the last years best' });
    console.log(`${operator} chooses degree ${trend_degree}:`, await handle.result());
  }

  try {
    console.log('without an operator:', await (await start(2015)).result());
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
