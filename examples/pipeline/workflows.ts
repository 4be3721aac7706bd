/** The order of the steps. Provenance shows in one place: where the plan says something about the training. */
import { executeChild, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import { withMetadata } from 'temporal-provenance/workflow';
import type * as activities from './activities';

const { acquire, reduce, train, infer, report } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '200 ms', maximumAttempts: 5 },
});
const { countGaps } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '5 seconds' });

/** From the archive to a report. `trend_degree` 1: constant growth; 2: growth that changes. */
export async function carbonDioxideTrend(
  trend_degree: number,
): Promise<activities.Findings & { gaps: number }> {
  const raw = await acquire('co2-concentration.csv');
  const gaps = await countGaps(raw.file);
  const reduced = await reduce(raw.file, 2015);
  const { trained, inferred } = await executeChild(fitAndPredict, {
    workflowId: `${workflowInfo().workflowId}/fit`,
    args: [reduced, trend_degree],
  });
  return { ...(await report(trained, inferred)), gaps };
}

/** Trains on the early years and predicts the late ones. */
export async function fitAndPredict(
  reduced: activities.Reduced,
  trend_degree: number,
): Promise<{ trained: activities.Trained; inferred: activities.Inferred }> {
  const trained = await withMetadata({ purpose: 'training', trend_degree }, () =>
    train(reduced.training, trend_degree),
  );
  const inferred = await infer(trained.model, reduced.holdout);
  return { trained, inferred };
}
