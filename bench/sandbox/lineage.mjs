/** Measures the cost of following data flow without a worker: CPU time per object, and memory that remains. */
import { createRequire } from 'node:module';
import { median, spread } from '../_rounds.mjs';

const require = createRequire(import.meta.url);
const { DataFlow } = require('../../dist/interceptors/workflow/lineage/data-flow.js');

/** A result of `objects` objects, each with its own path, or without meaningful strings. */
export function resultOf(n, objects, paths) {
  const item = (_, at) => ({ path: paths ? `/lab/raw/${n}/${at}.h5` : 'HIGH', n: at, ok: true });
  return { n, name: 'Ada', items: Array.from({ length: objects - 2 }, item) };
}

/**
 * CPU time (µs) per object of `count` results with `objects` objects each: when they arrive, and when they are
 * passed on.
 */
function costOf(objects, count, paths) {
  const values = Array.from({ length: count }, (_, n) =>
    JSON.parse(JSON.stringify(resultOf(n, objects, paths))),
  );
  const flow = new DataFlow();
  const cpu = (work) => {
    const before = process.cpuUsage();
    values.forEach(work);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count / objects;
  };
  const comes = cpu((value, n) => flow.returned(value, { activity_id: String(n), from: 'result' }));
  return { comes, passed: cpu((value) => flow.passed(['use', value])) };
}

/** Bytes that data flow keeps after results of 20 objects were processed, in executions with `each` of them. */
function heapOf(activities, each) {
  const used = () => {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  let flow;
  for (let n = 0; n < activities; n += 1) {
    if (n % each === 0) flow = new DataFlow();
    const value = resultOf(n, 20, true);
    flow.returned(value, { activity_id: String(n), from: 'result' });
    flow.passed(['use', value.items]);
  }
  const bytes = used() - before;
  return flow ? bytes : 0;
}

const MIB = 1024 * 1024;

/** Figures of data flow. */
export function lineageFigures({ rounds, quick }) {
  const share = quick ? 0.1 : 1;
  const samples = Array.from({ length: rounds + 1 }, () => ({
    bare: costOf(1_000, 100 * share, false),
    paths: costOf(1_000, 100 * share, true),
  })).slice(1);
  const cost = (figure, of) => {
    const values = samples.map(of);
    return { figure, unit: 'µs', ...spread(values), target: '≤ 1', holds: median(values) <= 1 };
  };
  const figures = [
    cost('an object of a result, as it comes', ({ bare }) => bare.comes),
    cost('an object of arguments, as they are passed on', ({ bare }) => bare.passed),
    cost('a path beside it, as it comes', ({ bare, paths }) => paths.comes - bare.comes),
    cost('a path beside it, as it is passed on', ({ bare, paths }) => paths.passed - bare.passed),
  ];
  if (!globalThis.gc) return figures;
  const heaps = [
    ['15,000 activities of one history', heapOf(15_000 * share, 15_000)],
    ['50,000 activities over continue-as-new, 10,000 each', heapOf(50_000 * share, 10_000)],
  ];
  const heap = ([what, bytes]) => ({
    figure: `heap that stays after ${what}`,
    unit: 'MiB',
    ...spread([bytes / MIB]),
    target: '≤ 16',
    holds: bytes <= 16 * MIB,
  });
  return [...figures, ...heaps.map(heap)];
}
