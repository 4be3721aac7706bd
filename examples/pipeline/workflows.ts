/** The order of the steps. This file knows nothing of provenance. */
import {
  condition,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type * as activities from './activities';

const { acquire, reduce, train, infer, report } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '200 ms', maximumAttempts: 5 },
});
const { countGaps } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '5 seconds' });

/** A trend, how well it fits, and how well it predicts. */
export interface Fit {
  trend_degree: number;
  trained: activities.Trained;
  inferred: activities.Inferred;
}

/** Answers with both fits as soon as they are there. */
export const compare = defineUpdate<Fit[]>('compare');
/** A person says which of them to report. */
export const choose = defineSignal<[activities.Choice]>('choose');

/**
 * From the archive to a report: fits a straight trend (degree 1) and a bent one (degree 2), and reports the one that is chosen. They learn
 * from the years before `split_year`.
 */
export async function carbonDioxideTrend(
  archived: string,
  split_year: number,
): Promise<activities.Findings & { gaps: number }> {
  let fits: Fit[] = [];
  let choice: activities.Choice | undefined;
  setHandler(compare, async () => {
    await condition(() => fits.length > 0);
    return fits;
  });
  setHandler(choose, (chosen) => {
    choice = chosen;
  });

  const raw = await acquire(archived);
  const gaps = await countGaps(raw.file);
  const reduced = await reduce(raw.file, split_year);
  fits = await Promise.all([1, 2].map((trend_degree) => fitInChild(reduced, trend_degree)));
  await condition(() => choice !== undefined);
  const chosen = fits.find(({ trend_degree }) => trend_degree === choice?.trend_degree) ?? fits[0]!;
  return { ...(await report(chosen.trained, chosen.inferred, choice!)), gaps };
}

function fitInChild(reduced: activities.Reduced, trend_degree: number): Promise<Fit> {
  const workflowId = `${workflowInfo().workflowId}/fit-${trend_degree}`;
  return executeChild(fitAndPredict, { workflowId, args: [reduced, trend_degree] });
}

/** Trains on the early years and predicts the late ones. */
export async function fitAndPredict(reduced: activities.Reduced, trend_degree: number): Promise<Fit> {
  const trained = await train(reduced.training, trend_degree);
  const inferred = await infer(trained.model, reduced.holdout);
  return { trend_degree, trained, inferred };
}
