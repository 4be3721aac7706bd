/**
 * Addresses of each page in the rich store, for tests that look at every page. A new page whose path has a parameter, or that shows
 * more with a query, gets a line here.
 * @module
 */
import { address } from '../../src/web/links';
import { CHILD } from '../cli/failed-execution';
import { WORLD } from './world';

const { runs, executions, environments, data } = WORLD;

/** By the page's path. A page that is not named is looked at without a parameter. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  '/': ['/', address('/', { where: "operator = 'Ada'", attempts: true })],
  '/runs/:ref': [runs.fit, runs.hostile, runs.large].map((uid) => `/runs/${uid}`),
  '/executions/:ref': [
    ...[executions.completed, executions.running].map(({ run_id }) => `/executions/${run_id}`),
    address(`/executions/${executions.failed.run_id}`, { open: CHILD.run_id, level: 'warn' }),
  ],
  '/lineage': [address('/lineage', { focus: runs.report })],
  '/artifacts/:ref{.+}': [data.model, data.report].map((uri) => `/artifacts/${encodeURIComponent(uri)}`),
  '/environments/:ref': [`/environments/${environments.changed}`],
  '/counts': [address('/counts', { by: 'operator' })],
  '/diff': ['/diff', address('/diff', { a: runs.acquire, b: runs.fit })],
  '/stash': ['/stash', address('/stash', { at: '1d', key: 'operator' })],
  '/workers/:session': ['/workers/world-alive'],
  '/health': ['/health', '/health?sizes=true'],
  '/go': [],
};

/** Addresses of a page. @throws an error where its path has a parameter and nobody has said what stands there */
export function examplesOf(path: string): readonly string[] {
  const examples = EXAMPLES[path] ?? (path.includes(':') ? undefined : [path]);
  if (!examples) throw new Error(`test/web/page-addresses.ts has no address of the page ${path}.`);
  return examples;
}
