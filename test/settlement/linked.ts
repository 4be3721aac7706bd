/** The links between runs of a SQLite store, by names that are the same in every execution of one workflow. */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { openStore } from '../built';

interface Row {
  earlier: number;
  later: number;
  evidence: number;
}

interface Run {
  seq: number;
  workflow_id: string;
  facts: string;
}

interface Facts {
  temporal: {
    activity_type: string;
    args: unknown[];
    root?: { workflow_id: string };
    parent?: { workflow_id: string };
  };
}

/** First arguments of the activities of `handedOn`. */
const NAMES = [
  'first',
  'local',
  'weighed, and a part',
  'of a child',
  'in a child',
  'of a signal',
  'for an update',
  'over Nexus',
  'carried',
  'before the reset',
  'after the reset',
];
const PAGE = 1_000;
const INFORMED = 3;
const RUNS = 'SELECT seq, workflow_id, facts FROM run JOIN execution ON execution.id = run.execution_id';

/** `root workflow id: earlier → later (evidence)`, sorted, each once: attempts of one activity have one name. Derives what is not derived yet. */
export async function linksOf(path: string): Promise<string[]> {
  await derive(path);
  const db = new Database(path, { readonly: true });
  try {
    const names = new Map((db.prepare(RUNS).all() as Run[]).map((run) => [4 * run.seq, named(run)]));
    const rows = db
      .prepare('SELECT earlier, later, evidence FROM link WHERE kind = ?')
      .all(INFORMED) as Row[];
    const links = rows.map(
      ({ earlier, later, evidence }) => `${nameOf(earlier, names)} → ${nameOf(later, names)} (${evidence})`,
    );
    return [...new Set(links)].sort();
  } finally {
    db.close();
  }
}

/** By the execution that stands above all, and what the activity was called with first. */
function named({ workflow_id, facts }: Run): string {
  const { activity_type, args, root, parent } = (JSON.parse(facts) as Facts).temporal;
  return `${(root ?? parent)?.workflow_id ?? workflow_id}: ${activity_type} ${argument(args[0])}`;
}

/** What a history tells of an argument is its digest. */
function argument(told: unknown): string {
  if (typeof told === 'string') return told;
  const { digest } = told as { digest: string };
  return NAMES.find((name) => digest === digestOf(name)) ?? digest;
}

function digestOf(name: string): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(name)).digest('hex')}`;
}

/** Nodes of executions have the remainder 2. */
function nameOf(node: number, names: ReadonlyMap<number, string>): string {
  return names.get(node) ?? (node % 4 === 2 ? 'an execution' : `node ${node}`);
}

async function derive(path: string): Promise<void> {
  const store = await openStore(`sqlite:${path}`, { mode: 'write' });
  try {
    while (!(await store.link(PAGE)).done);
  } finally {
    await store.close();
  }
}
