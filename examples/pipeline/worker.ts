/** A worker as a lab has it, with one line more: `plugins`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { z } from 'zod';
import * as activities from './activities';

/** The lab's rule: no run without a named operator and a sample that says which scale it was measured on. */
const rule = z.looseObject({
  operator: z.string().min(1),
  sample: z.looseObject({ name: z.string(), scale: z.string() }),
});

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    taskQueue: 'carbon-dioxide',
    workflowsPath: require.resolve('./workflows'),
    activities,
    plugins: [
      new ProvenancePlugin({
        stash: {
          facility: 'Mauna Loa Observatory',
          sample: { name: 'air', scale: 'SIO 2012 manometric mole fraction' },
        },
        validators: [rule],
      }),
    ],
  });
  const running = worker.run();
  console.log('Worker is ready');
  await running;
  await connection.close();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
