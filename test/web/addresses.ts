/**
 * Addresses that ask each question of the API of the rich store, for tests of answers. A new question whose path has a parameter, or that
 * needs a query, gets a line here.
 * @module
 */
import { WORLD } from './world';

const { clean } = WORLD.environments;

/** Values for the parameter of a path, by the path's first word. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  runs: Object.values(WORLD.runs),
  executions: Object.values(WORLD.executions).map(({ run_id }) => run_id),
  environments: [clean, WORLD.runs.fit],
  artifacts: Object.values(WORLD.data),
  content: [`sha256:${'77'.repeat(32)}`],
  workers: ['world-alive', 'world-north'],
  fields: ['operator', 'sample', 'sample.name'],
};

/** Queries beside those without any, by the name of the question. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  runs: [
    'attempts=true',
    'limit=2',
    "where=operator%20%3D%20'Ada'",
    'columns=uid,operator,took_ms',
    'where=x%20%3D%201',
  ],
  executions: ['family=true', 'columns=workflow_id,status,operator', 'where=x%20%3D%201'],
  counts: ['by=operator,month', "where=operator%20%3D%20'Ada'"],
  values: ['fields=operator,sample'],
};

const fit = `focus=${WORLD.runs.fit}`;

/** Queries of questions that need one. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  suggest: [
    'where=&at=0',
    'where=oper&at=4',
    'where=operator%20%3D%20&at=11',
    'where=%3D&at=1&of=executions',
  ],
  named: [WORLD.runs.fit, WORLD.executions.failed.run_id, clean].map((ref) => `ref=${ref}`),
  meant: ['word=Ada', 'word=1'],
  lineage: [fit, `${fit}&data=true`, `${fit}&direction=down&parents=true`],
  lineageMap: [fit, `${fit}&up=9&down=9&plan=1`],
  lineageNodes: [fit, `${fit}&up=9&sort=-label`],
  lineageLinks: [fit, `${fit}&up=9&sort=evidence`],
  which: [`sha256=${'ab'.repeat(32)}`],
  diff: [
    `a=${WORLD.runs.acquire}&b=${WORLD.runs.fit}`,
    `a=${WORLD.executions.completed.run_id}&b=${WORLD.executions.failed.run_id}`,
    `a=${clean}&b=${WORLD.environments.changed}`,
  ],
};

/** Addresses that ask a question. */
export function addressesOf({ name, path }: { name: string; path: string }): string[] {
  const [, room = ''] = path.split('/');
  const names = path.includes('{') ? (NAMES[room] ?? []) : [''];
  const paths = names.map((value) => path.replace(/\{[^}]+\}/, encodeURIComponent(value)));
  const queries = NEEDED[name] ?? ['', ...(QUERIES[name] ?? [])];
  return paths.flatMap((one) => queries.map((query) => (query === '' ? one : `${one}?${query}`)));
}
