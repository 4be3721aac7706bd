/**
 * One sentence on what is captured: from which workers, since when, and when last. Node only.
 * @module
 */
import type { Facts } from './facts';
import { lastOfEach } from './finding';

/** The most task queues that are named; if there are more, only their number. */
const MOST_QUEUES = 5;

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

/** `now`: UNIX seconds. */
export function summaryOf(facts: Facts, now: number): string {
  const { sessions, counts, identity } = facts;
  const workers = lastOfEach(sessions).map(({ session }) => session);
  if (workers.length === 0) return nothing(counts.runs);
  const queues = [...new Set(workers.map(({ task_queue }) => task_queue))];
  const named = queues.length > MOST_QUEUES ? `${queues.length} queues` : queues.join(', ');
  const many = facts.more_sessions ? 'or more ' : '';
  const who = `${workers.length} ${many}${workers.length === 1 ? 'worker' : 'workers'} (${queues.length === 1 ? 'queue' : 'queues'} ${named})`;
  const since = new Date(identity.created_time * 1000).toISOString().slice(0, 10);
  const last = facts.last_run_time;
  const lastRun = last === undefined ? 'no run yet' : `last run ${ago(now - last)}`;
  const running = workers.some(({ stop_time }) => stop_time === undefined);
  return `Captured: ${who}, since ${since}; ${lastRun}${running ? '' : '; none is running now'}.`;
}

function nothing(runs: number): string {
  const begin = 'To start, add the plugin to a worker with this store: plugins: [new ProvenancePlugin()]';
  if (runs === 0) return `Nothing is captured: no worker with the plugin has used this store. ${begin}.`;
  return `Nothing is captured: no worker with the plugin has used this store; its ${runs} runs come from histories. ${begin}.`;
}

function ago(seconds: number): string {
  for (const [unit, name] of UNITS) {
    const count = Math.floor(seconds / unit);
    if (count > 0) return `${count} ${name}${count === 1 ? '' : 's'} ago`;
  }
  return 'less than a minute ago';
}
