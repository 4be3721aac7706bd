/**
 * A store of two labs, one of which has something to hide: for tests of what a reader of the other is shown.
 * @module
 */
import type { Environment, WorkerSession } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { artifactIdOf, digestOf, MORNING, putGraph } from '../questions/lineage-kit';
import { uidOf } from '../store/runs';

/** Stands in all that the other lab recorded, and in none of the names by which it is asked for. */
export const SECRET = 'XYZZY';

const EXECUTIONS = {
  alpha: '00000000-0000-4000-8000-00000000000a',
  beta: '00000000-0000-4000-8000-00000000000b',
};
const SECRET_URI = `file://host/data/${SECRET}.csv`;

/** Names of what the other lab has. */
export const OTHERS = {
  run: uidOf(2),
  run_part: uidOf(2).slice(-12),
  execution: EXECUTIONS.beta,
  workflow: 'beta-pipeline',
  environment: `sha256:${'be'.repeat(32)}`,
  artifact: artifactIdOf(SECRET_URI),
  digest: `sha256:${digestOf('hidden')}`,
};
/** Names of the lab's own. */
export const OWN = {
  run: uidOf(1),
  later: uidOf(3),
  execution: EXECUTIONS.alpha,
  digest: `sha256:${digestOf('passed on')}`,
};

function environment(id: string, word: string): Environment {
  return {
    id,
    code_id: id.replace('be', 'ec'),
    identity: { 'runtime.name': 'node' },
    detail: { 'git.branch': word },
    reasons: {},
    restorable: { level: 'source', missing: [] },
    captured_time: MORNING,
    duration_ms: 1,
  };
}

function session(lab: string, word: string): WorkerSession {
  return {
    session_id: `session-${lab}`,
    start_time: MORNING,
    namespace: 'default',
    task_queue: word,
    identity: word,
    host: word,
    pid: 1,
    cwd: `/srv/${word}`,
    capture: { lab, registered: 1, lookup: 'on', environment: true },
    detail: {},
  };
}

function execution(lab: keyof typeof EXECUTIONS, word: string): WriteRecord {
  return {
    kind: 'execution',
    start: {
      schema_version: 1,
      namespace: 'default',
      workflow_id: `${lab}-pipeline`,
      run_id: EXECUTIONS[lab],
      first_execution_run_id: EXECUTIONS[lab],
      workflow_type: word,
      start_time: MORNING,
      task_queue: word,
      attempt: 1,
      args: [word],
      origin: 'sandbox',
    },
  };
}

/** Puts both into a store that is not there yet. Data go from alpha by way of beta to alpha. */
export async function putTwoLabs(url: string): Promise<void> {
  const run = (n: number, lab: keyof typeof EXECUTIONS, word: string) => ({
    n,
    lab,
    fields: { operator: word, [word]: 'a field' },
    environment: lab === 'beta' ? OTHERS.environment : undefined,
    temporal: {
      workflow_id: `${lab}-pipeline`,
      run_id: EXECUTIONS[lab],
      workflow_type: word,
      activity_type: word,
      args: [word],
    },
  });
  await putGraph(url, {
    records: [
      { kind: 'environment', environment: environment(OTHERS.environment, SECRET), blobs: [] },
      { kind: 'session', session: session('beta', SECRET) },
      { kind: 'session', session: session('alpha', 'alpha-worker') },
      execution('beta', SECRET),
      execution('alpha', 'alpha-type'),
    ],
    runs: [run(1, 'alpha', 'Ada'), run(2, 'beta', SECRET), run(3, 'alpha', 'Ada'), run(4, 'beta', SECRET)],
    versions: [
      { uri: 'file://host/data/shared.csv', content: 'shared' },
      { uri: SECRET_URI, content: 'hidden', artifact: SECRET_URI },
      { uri: 'file://host/data/passed-on.csv', content: 'passed on' },
    ],
    links: [
      ['r1', 'v1', 'generated', 'observed'],
      ['v1', 'r2', 'used', 'observed'],
      ['r2', 'v2', 'generated', 'observed'],
      ['v2', 'r4', 'used', 'observed'],
      ['r4', 'v3', 'generated', 'observed'],
      ['v3', 'r3', 'used', 'observed'],
    ],
    facts: [
      {
        kind: 'refusal',
        refusal_id: uidOf(90),
        time: MORNING,
        lab: 'beta',
        issues: [{ path: [SECRET], message: `${SECRET} is missing` }] as never,
        document: JSON.stringify({ fields: { operator: SECRET }, temporal: { activity_type: SECRET } }),
      },
      {
        kind: 'log',
        run_start: uidOf(2),
        run_id: EXECUTIONS.beta,
        first: 0,
        keep_from: 0,
        lines: [{ time: MORNING, level: 'INFO', message: SECRET }] as never,
      },
      {
        kind: 'log',
        run_start: null,
        run_id: EXECUTIONS.beta,
        first: 0,
        keep_from: 0,
        lines: [{ time: MORNING, level: 'INFO', message: SECRET }] as never,
      },
    ],
  });
  const store = await openStore(url, { mode: 'write', create: false });
  const author = { name: SECRET, host: SECRET, pid: 1 };
  await store.changeStash('beta', [{ op: 'set', key: SECRET, value: SECRET }], author);
  await store.changeStash('alpha', [{ op: 'set', key: 'facility', value: 'ours' }], {
    ...author,
    name: 'Ada',
    host: 'h',
  });
  await store.close();
}
