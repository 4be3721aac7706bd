/**
 * Producers of values in an execution that a reset created. Work before the reset is recorded under the original execution, but
 * the sandbox names all producers by its own run id. Node only.
 * @module
 */

import type { Wanted } from '../../lineage/informed';
import type { ExecutionStart } from '../../model/execution';
import { EVIDENCE } from '../../model/link';
import type { LinkDatabase } from './database';
import type { RunFacts } from './run-facts';

/** The name of an activity of an execution. */
interface Named {
  run_id: string;
  activity_id: string;
}

/** A run that can be the producer. */
interface Candidate extends Named {
  /** Run id of the execution that the reset created. */
  of: string;
  scheduled_time: number;
}

const keyOf = ({ run_id, activity_id }: Named) => `${run_id}\n${activity_id}`;

/** Finds producers in the executions that recorded them. */
export class Resets {
  /**
   * Activities that have no run in their execution, by key. A reset created that execution. The value lists other executions to
   * search.
   */
  readonly #missing: ReadonlyMap<string, readonly string[]>;
  readonly #candidates: readonly Candidate[];

  constructor(missing: ReadonlyMap<string, readonly string[]>, candidates: readonly Candidate[]) {
    this.#missing = missing;
    this.#candidates = candidates;
  }

  /**
   * Returns the facts of a run with corrected producers. A producer is moved to the only other execution that scheduled its
   * activity before this run. If there are several, it is unknown which one was reset, and the producer stays unchanged.
   */
  resolve(run: RunFacts): RunFacts {
    if (this.#missing.size === 0) return run;
    return {
      ...run,
      predecessors: run.predecessors.map((one) => this.#resolved(run, one)),
      origins: run.origins.map((one) => this.#resolved(run, one)),
    };
  }

  /**
   * Returns the facts that could change a run's producers. Each is a run of the producer's activity, in the named execution or in
   * another of its family.
   */
  wanted({ node, predecessors }: RunFacts): Wanted[] {
    return predecessors.flatMap(({ run_id, activity_id, evidence }) => {
      if (activity_id === undefined) return [];
      const others = this.#missing.get(keyOf({ run_id, activity_id })) ?? [];
      const shared = { activity_id, update_id: '', later: node, evidence: EVIDENCE[evidence], paths: [] };
      return (others.length > 0 ? [run_id, ...others] : []).map((of) => ({ ...shared, run_id: of }));
    });
  }

  #resolved<T extends { run_id: string; activity_id?: string }>({ scheduled_time }: RunFacts, one: T): T {
    const { run_id, activity_id } = one;
    if (activity_id === undefined || !this.#missing.has(keyOf({ run_id, activity_id }))) return one;
    const before = this.#candidates.filter(
      (candidate) =>
        candidate.of === run_id &&
        candidate.activity_id === activity_id &&
        candidate.scheduled_time < scheduled_time,
    );
    const executions = new Set(before.map((candidate) => candidate.run_id));
    const [only] = executions;
    return executions.size === 1 && only !== undefined ? { ...one, run_id: only } : one;
  }
}

/** Reads the known producers of these runs. */
export async function readResets(db: LinkDatabase, runs: readonly RunFacts[]): Promise<Resets> {
  const named = runs.flatMap(({ predecessors, origins }) => [...predecessors, ...origins]);
  const originals = await readOriginals(db, [...new Set(named.map(({ run_id }) => run_id))]);
  if (originals.size === 0) return new Resets(new Map(), []);
  const activities = new Map<string, Named>();
  for (const { run_id, activity_id } of named)
    if (activity_id !== undefined && originals.has(run_id))
      activities.set(keyOf({ run_id, activity_id }), { run_id, activity_id });
  const own = await readRuns(
    db,
    [...activities.values()].map((one) => ({ ...one, of: one.run_id })),
  );
  for (const one of own) activities.delete(keyOf(one));
  const families = await readFamilies(db, originals);
  const elsewhere = [...activities.values()].flatMap(({ run_id, activity_id }) =>
    (families.get(run_id) ?? []).map((other) => ({ run_id: other, activity_id, of: run_id })),
  );
  const missing = new Map(
    [...activities].map(([key, { run_id }]) => [key, families.get(run_id) ?? []] as const),
  );
  return new Resets(missing, await readRuns(db, elsewhere));
}

interface Original {
  /** Run id of the execution that was reset first. */
  original: string;
  first_run_id: string | null;
}

/** Reads the original of executions that a reset created. */
async function readOriginals(db: LinkDatabase, run_ids: readonly string[]): Promise<Map<string, Original>> {
  if (run_ids.length === 0) return new Map();
  const { sql, value } = db.list(
    { i: 'integer', run_id: 'id' },
    run_ids.map((run_id, i) => [i, run_id]),
  );
  const rows = await db.query<{ i: number; first_run_id: string | null; start: string }>(
    `SELECT x.i, e.first_run_id, CAST(e.start AS text) AS start FROM ${sql} x CROSS JOIN execution e
     WHERE e.run_id = x.run_id AND ${wasReset(db, 'e.start')}`,
    value,
  );
  return new Map(
    rows.flatMap(({ i, first_run_id, start }) => {
      const original = originalOf(start);
      return original === undefined ? [] : [[run_ids[i]!, { original, first_run_id }]];
    }),
  );
}

/** Returns the other executions with the same original. The original comes first. */
async function readFamilies(
  db: LinkDatabase,
  originals: ReadonlyMap<string, Original>,
): Promise<Map<string, string[]>> {
  const resets = [...originals];
  const { sql, value } = db.list(
    { i: 'integer', first_run_id: 'id' },
    resets.map(([, { first_run_id }], i) => [i, first_run_id]),
  );
  const rows = await db.query<{ i: number; run_id: string; start: string }>(
    `SELECT x.i, e.run_id, CAST(e.start AS text) AS start FROM ${sql} x CROSS JOIN execution e
     WHERE e.first_run_id = x.first_run_id AND ${wasReset(db, 'e.start')}`,
    value,
  );
  const families = new Map(resets.map(([run_id, { original }]) => [run_id, [original]]));
  for (const { i, run_id, start } of rows) {
    const [own, { original }] = resets[i]!;
    if (run_id !== own && originalOf(start) === original) families.get(own)!.push(run_id);
  }
  return families;
}

async function readRuns(
  db: LinkDatabase,
  activities: readonly (Named & { of: string })[],
): Promise<Candidate[]> {
  if (activities.length === 0) return [];
  const { sql, value } = db.list(
    { i: 'integer', run_id: 'id', activity_id: 'id' },
    activities.map(({ run_id, activity_id }, i) => [i, run_id, activity_id]),
  );
  const rows = await db.query<{ i: number; scheduled_time: number }>(
    `SELECT x.i, r.scheduled_time FROM ${sql} x CROSS JOIN execution e CROSS JOIN run r
     WHERE e.run_id = x.run_id AND r.execution_id = e.id AND r.activity_id = x.activity_id`,
    value,
  );
  return rows.map(({ i, scheduled_time }) => ({ ...activities[i]!, scheduled_time }));
}

function wasReset(db: LinkDatabase, start: string): string {
  return db.either(`instr(${start}, '"reset_from"') > 0`, `position('"reset_from"' in ${start}::text) > 0`);
}

function originalOf(start: string): string | undefined {
  return (JSON.parse(start) as ExecutionStart).reset_from;
}
