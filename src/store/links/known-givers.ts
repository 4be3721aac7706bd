/**
 * Facts about activities and executions that passed values to some runs. Node only.
 * @module
 */
import { type Attempt, producerOf } from '../../lineage/attempts';
import type { Giver, Givers } from '../../lineage/informed';
import type { Node } from '../../lineage/links';
import type { Origin } from '../../model/data';
import { executionNode, runNode } from '../link-nodes';
import { groupedBy, type LinkDatabase } from './database';
import type { RunFacts } from './run-facts';

const keyOf = ({ run_id, activity_id, update_id }: Giver) => `${run_id}\n${activity_id}\n${update_id}`;

/** Reads all facts that the rules need for these runs. */
export async function readGivers(db: LinkDatabase, runs: readonly RunFacts[]): Promise<Givers> {
  const givers = new Map<string, Giver>();
  const add = ({ run_id, activity_id = '', update_id = '' }: Partial<Giver> & { run_id: string }) => {
    const giver = { run_id, activity_id, update_id };
    givers.set(keyOf(giver), giver);
  };
  for (const { predecessors, origins } of runs) {
    for (const predecessor of predecessors) add(predecessor);
    for (const { run_id, activity_id } of origins) add({ run_id, activity_id });
  }
  const executions = [...givers.values()].filter(({ activity_id }) => activity_id === '');
  const origins = await readOrigins(db, executions);
  for (const list of origins.values())
    for (const { run_id, activity_id } of list) add({ run_id, activity_id });
  const silent = executions.filter((giver) => !origins.has(keyOf(giver)));
  const strangers = await readUncaptured(db, [...new Set(silent.map(({ run_id }) => run_id))]);
  const activities = [...givers.values()].filter(({ activity_id }) => activity_id !== '');
  return new KnownGivers(origins, strangers, await readCompleted(db, activities));
}

class KnownGivers implements Givers {
  readonly #origins: ReadonlyMap<string, readonly Origin[]>;
  readonly #uncaptured: ReadonlyMap<string, Node>;
  readonly #completed: ReadonlyMap<string, Node>;

  constructor(
    origins: ReadonlyMap<string, readonly Origin[]>,
    uncaptured: ReadonlyMap<string, Node>,
    completed: ReadonlyMap<string, Node>,
  ) {
    this.#origins = origins;
    this.#uncaptured = uncaptured;
    this.#completed = completed;
  }

  completed(run_id: string, activity_id: string): Node | undefined {
    return this.#completed.get(keyOf({ run_id, activity_id, update_id: '' }));
  }

  origins(giver: Giver): readonly Origin[] | undefined {
    return this.#origins.get(keyOf(giver));
  }

  uncaptured(run_id: string): Node | undefined {
    return this.#uncaptured.get(run_id);
  }
}

/** Returns the origins of results. A caller knows only the first execution of a chain, but the last one names the origins. */
async function readOrigins(
  db: LinkDatabase,
  givers: readonly Giver[],
): Promise<Map<string, readonly Origin[]>> {
  if (givers.length === 0) return new Map();
  const { sql, value } = db.list(
    { i: 'integer', run_id: 'id', about: 'text', about_id: 'id' },
    givers.map(({ run_id, update_id }, i) => [i, run_id, update_id === '' ? 'result' : 'update', update_id]),
  );
  const of = 'o.about = x.about AND o.about_id = x.about_id';
  const rows = await db.query<{ i: number; document: string }>(
    `SELECT x.i, o.document, 0 AS own, o.run_id FROM ${sql} x CROSS JOIN execution e CROSS JOIN origins o
     WHERE x.about = 'result' AND e.first_run_id = x.run_id AND o.run_id = e.run_id AND ${of}
     UNION ALL SELECT x.i, o.document, 1, o.run_id FROM ${sql} x CROSS JOIN origins o WHERE o.run_id = x.run_id AND ${of}
     ORDER BY 3, 4`,
    value,
    value,
  );
  return new Map(rows.map(({ i, document }) => [keyOf(givers[i]!), JSON.parse(document).origins]));
}

/**
 * Returns executions that have Temporal's outcome but no report from their sandbox. They do not capture, or the report was lost
 * with the worker. The origin of their values is unknown.
 */
async function readUncaptured(db: LinkDatabase, run_ids: readonly string[]): Promise<Map<string, Node>> {
  if (run_ids.length === 0) return new Map();
  const { sql, value } = db.list(
    { i: 'integer', run_id: 'id' },
    run_ids.map((run_id, i) => [i, run_id]),
  );
  const rows = await db.query<{ i: number; id: number }>(
    `SELECT x.i, e.id FROM ${sql} x CROSS JOIN execution e
     WHERE e.run_id = x.run_id AND e.settled IS NOT NULL AND e.observed IS NULL`,
    value,
  );
  return new Map(rows.map(({ i, id }) => [run_ids[i]!, executionNode(id)]));
}

async function readCompleted(db: LinkDatabase, givers: readonly Giver[]): Promise<Map<string, Node>> {
  if (givers.length === 0) return new Map();
  const { sql, value } = db.list(
    { i: 'integer', run_id: 'id', activity_id: 'id' },
    givers.map(({ run_id, activity_id }, i) => [i, run_id, activity_id]),
  );
  // Only Temporal's history settles a local activity, and it is read much later.
  const rows = await db.query<Attempt & { i: number; seq: number; outcome: string | null }>(
    `SELECT x.i, r.seq, r.uid, r.attempt, r.scheduled_time, r.time, s.outcome
     FROM ${sql} x CROSS JOIN execution e CROSS JOIN run r CROSS JOIN kind k LEFT JOIN settled s ON s.seq = r.seq
       LEFT JOIN stop p ON p.seq = r.seq
     WHERE e.run_id = x.run_id AND r.execution_id = e.id AND r.activity_id = x.activity_id AND k.id = r.kind_id
       AND (s.outcome = 'completed' OR (s.seq IS NULL AND k.is_local AND p.exit_status = 'success'))`,
    value,
  );
  const attempts = groupedBy(
    rows.map((row) => ({ ...row, completed: row.outcome !== null })),
    ({ i }) => i,
  );
  return new Map([...attempts].map(([i, of]) => [keyOf(givers[i]!), runNode(producerOf(of)!.seq)]));
}
