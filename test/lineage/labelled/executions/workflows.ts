/** Workflows of the cases about several executions: children, signals, updates, continue-as-new. They know nothing of provenance. */
import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  proxyActivities,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type * as activities from './activities';

const lab = proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '50 ms', maximumAttempts: 2 },
});

export const handOver = defineSignal<[unknown]>('handOver');
export const close = defineSignal('close');
export const approve = defineSignal<[{ approved: boolean; threshold: { chi2: number } }]>('approve');
export const reduceNow = defineUpdate<activities.Measured, [string]>('reduceNow');
export const analyse = defineUpdate<{ path: string; rows: number }, [string]>('analyse');

/** Waits for one hand-over and works on it. */
export async function receiver(): Promise<void> {
  let given: unknown;
  setHandler(handOver, (value) => {
    given = value;
  });
  await condition(() => given !== undefined);
  await lab.normalise(given);
}

export async function sender(to: string): Promise<void> {
  const measured = await lab.measure('Ni-7');
  await getExternalWorkflowHandle(to).signal(handOver, measured);
}

export async function fitInChild(measured: unknown): Promise<{ normalised: { values: number[] } }> {
  return lab.normalise(measured);
}

export async function throughAChild(): Promise<void> {
  const measured = await lab.measure('Ni-7');
  const { normalised } = await executeChild(fitInChild, {
    workflowId: `${workflowInfo().workflowId}/fit`,
    args: [measured],
  });
  await lab.summarise(normalised);
}

/** Gives back what it was given. */
export async function passOn(measured: unknown): Promise<{ given: unknown }> {
  await lab.takeNote('passed on');
  return { given: measured };
}

export async function givenBackByAChild(): Promise<void> {
  const measured = await lab.measure('Ni-7');
  const { given } = await executeChild(passOn, {
    workflowId: `${workflowInfo().workflowId}/pass`,
    args: [measured],
  });
  await lab.summarise(given);
}

export async function measureInChild(sample: string): Promise<activities.Measured> {
  return lab.measure(sample);
}

export async function gathered(): Promise<void> {
  const { workflowId } = workflowInfo();
  const children = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((sample) =>
      startChild(measureInChild, { workflowId: `${workflowId}/${sample}`, args: [sample] }),
    ),
  );
  const measured = await Promise.all(children.map((child) => child.result()));
  await lab.summarise(measured);
}

export async function continued(kept?: activities.Measured): Promise<void> {
  if (!kept) await continueAsNew<typeof continued>(await lab.measure('Ni-7'));
  else await lab.normalise(kept);
}

/** Measures once in each execution of its chain, and sums up in the third. */
export async function collected(kept: activities.Measured[] = []): Promise<void> {
  const all = [...kept, await lab.measure(`sample ${kept.length}`)];
  if (all.length < 3) await continueAsNew<typeof collected>(all);
  await lab.summarise(all);
}

/** Works on each thing that is handed over, by itself, until it is closed. */
export async function entity(): Promise<void> {
  const waiting: unknown[] = [];
  let over = false;
  setHandler(handOver, (value) => void waiting.push(value));
  setHandler(close, () => {
    over = true;
  });
  while (!over || waiting.length > 0) {
    await condition(() => over || waiting.length > 0);
    const next = waiting.shift();
    if (next !== undefined) await lab.normalise(next);
  }
}

export async function decided(): Promise<void> {
  let decision: { approved: boolean; threshold: { chi2: number } } | undefined;
  setHandler(approve, (value) => {
    decision = value;
  });
  const measured = await lab.measure('Ni-7');
  await condition(() => decision !== undefined);
  if (decision?.approved) await lab.summarise({ measured, threshold: decision.threshold });
  await lab.takeNote(decision?.threshold);
}

/** Answers updates with what its activities return. */
export async function service(): Promise<void> {
  let over = false;
  setHandler(analyse, (name) => lab.acquireFile(name));
  setHandler(reduceNow, async (sample) => {
    const measured = await lab.measure(sample);
    await lab.normalise(measured);
    return measured;
  });
  setHandler(close, () => {
    over = true;
  });
  await condition(() => over);
}

export async function reduceOne(path: string): Promise<void> {
  await lab.reduceFile(path);
}

export async function day(yesterday: string, today: string): Promise<void> {
  await lab.daily(yesterday, today);
}

export async function exporting(): Promise<string> {
  return (await lab.exportScan()).uri;
}

export async function importing(uri: string): Promise<void> {
  await lab.importScan(uri);
}

export async function inherited(): Promise<void> {
  const exposure = await lab.settings();
  const { workflowId } = workflowInfo();
  await executeChild(measureWith, { workflowId: `${workflowId}/left`, args: [exposure, 'left'] });
  await executeChild(measureWith, { workflowId: `${workflowId}/right`, args: [exposure, 'right'] });
}

export async function measureWith(settings: unknown, sample: string): Promise<void> {
  await lab.takeNote({ settings });
  await lab.measure(sample);
}

/** A child of a child, and back up. */
export async function grandchildren(): Promise<void> {
  const { workflowId } = workflowInfo();
  const { normalised } = await executeChild(middle, { workflowId: `${workflowId}/middle`, args: ['Fe-2'] });
  await lab.summarise([normalised]);
}

export async function middle(sample: string): Promise<{ normalised: { values: number[] } }> {
  const measured = await executeChild(measureInChild, {
    workflowId: `${workflowInfo().workflowId}/inner`,
    args: [sample],
  });
  return lab.normalise(measured);
}
