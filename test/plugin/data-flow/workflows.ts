/** Workflows that pass data on, in every way that there is. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  createNexusServiceClient,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type * as activities from './activities';
import type { Made } from './activities';
import { makingService } from './nexus';

const options = { startToCloseTimeout: '60 seconds', retry: { initialInterval: '20 milliseconds' } } as const;
const { make, makeAtLast, makeSlowly, makeFile, echo, status, paths, use } =
  proxyActivities<typeof activities>(options);
const local = proxyLocalActivities<typeof activities>(options);

export const give = defineSignal<[unknown]>('give');
export const ask = defineUpdate<unknown, [unknown]>('ask');
export const finish = defineSignal('finish');

const CALIBRATION = '/lab/calibration/current.h5';

/** What is done with results in the code of one workflow. */
export async function shapes(): Promise<void> {
  const one = await make(1);
  await use('whole', one);
  const { part, list, path } = one;
  await use('destructured', part, list[1]);
  await use('string', { in: path });
  await use('spread', { ...one });
  const [two, three] = await Promise.all([make(2), make(3)]);
  await use('all', [two, three]);
  const first = await Promise.race([makeSlowly(4), make(5)]);
  await use('race', first);
  const settled = await Promise.allSettled([make(6), make(7)]);
  await use('settled', settled);
  one.part.n = 17;
  Object.assign(one, { added: two.part });
  await use('mutated', one);
  await use('retried', await makeAtLast(8));
  await use('numbers', one.n, one.mode);
  await local.use('local use', await local.make(9));
  await sleep(50);
  await use('kept', two);
}

/** What must not be a link. */
export async function noLinks(given: string): Promise<void> {
  await status(1);
  const second = await status(2);
  await use('enum', second.status, second.format);
  await echo(given);
  await use('given', given);
  const echoed = (await echo({ path: CALIBRATION })) as { path: string };
  await use('constant', CALIBRATION);
  await use('echoed object', echoed);
  await use('unknown', { mode: 'HIGH_GAIN', n: 7, path: '/lab/elsewhere.h5' });
  await use('twice', (await paths(1, 1))[0], (await paths(1, 1))[0]);
}

export async function gathering(files: number): Promise<void> {
  const results: unknown[] = [];
  for (let done = 0; done < files; done += 500) {
    results.push(...(await Promise.all(Array.from({ length: 500 }, (_, n) => makeFile(done + n)))));
  }
  await use('gathered', results);
}

/** More strings than are remembered. */
export async function forgetting(): Promise<void> {
  const { path } = await make(1);
  for (let n = 0; n < 6; n += 1) await paths(n * 2_000, 2_000);
  await use('forgotten', path);
  await use('remembered', (await paths(100_000, 1))[0]);
}

export async function parent(): Promise<Made> {
  const one = await make(1);
  const back = (await executeChild(child, { args: [{ whole: one, part: one.part }, one.path] })) as Made;
  await use('result of child', back);
  const started = await startChild(childOfItsOwn, { args: [2] });
  await use('own of child', ((await started.result()) as { own: unknown }).own);
  return one;
}

export async function child(given: { whole: Made; part: unknown }, path: string): Promise<unknown> {
  await use('in child', given.whole.list, given.part);
  await use('string in child', path);
  await echo(path);
  await use('echo in child', path);
  return given.whole;
}

export async function childOfItsOwn(n: number): Promise<unknown> {
  const own = await make(n);
  return { own: own.part, n };
}

/** Lives for ever: takes data by signal and update, and continues as new. */
export async function entity(rounds: number, kept: unknown[] = []): Promise<unknown> {
  let done = false;
  setHandler(finish, () => {
    done = true;
  });
  setHandler(give, async (value) => {
    kept.push(value);
    await use(`signal ${kept.length}`, value);
  });
  setHandler(ask, async (value) => {
    const made = await make(100 + kept.length);
    await use('asked', value, made.part);
    return { answer: made.part, of: value };
  });
  await condition(() => done && allHandlersFinished());
  if (rounds === 0) return kept.at(-1);
  await use('before it goes on', kept);
  return continueAsNew<typeof entity>(rounds - 1, kept);
}

/** Gives what it makes to another workflow. */
export async function giver(to: string, n: number): Promise<void> {
  const made = await make(n);
  await getExternalWorkflowHandle(to).signal(give, { from: workflowInfo().workflowType, part: made.part });
}

/** So many at once that headers have no room for all that is to be said. */
export async function scattering(count: number): Promise<void> {
  const list = await paths(0, count);
  await Promise.all(list.map((path, n) => use('scattered', path, n)));
}

/** More producers than a header can name. */
export async function scatteredProducers(): Promise<void> {
  const made = await Promise.all(Array.from({ length: 600 }, (_, n) => makeFile(n)));
  await use(
    'every other',
    made.filter((_, n) => n % 2 === 0),
  );
  const long = Object.fromEntries(made.slice(0, 40).map((of, n) => [`${'long name '.repeat(5)}${n}`, of]));
  await use('long paths', long);
}

/** A result of every kind of call, passed on. */
export async function everyResult(endpoint: string): Promise<void> {
  const one = await make(1);
  await use('of an activity', one.part);
  await use('of a local activity', (await local.make(2)).part);
  const child = (await executeChild(childOfItsOwn, { args: [3] })) as { own: unknown };
  await use('of a child', child.own);
  const service = createNexusServiceClient({ endpoint, service: makingService });
  const made = await service.executeOperation('make', 4, {});
  await use('of an operation that answers at once', made.part, made.path);
  await use('of an operation that is a workflow', await service.executeOperation('workflow', 5, {}));
}
