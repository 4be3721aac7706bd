/**
 * The links of some runs as they follow from facts: into each run, and from it to the versions that it generated. Node only.
 * @module
 */
import { retried } from '../../lineage/attempts';
import { generatedBy, usedInto } from '../../lineage/data-links';
import { informedInto, type Wanted } from '../../lineage/informed';
import type { DerivedLink } from '../../lineage/links';
import { valuesInto } from '../../lineage/values';
import { EVIDENCE } from '../../model/link';
import { runNode } from '../link-nodes';
import { groupedBy, keyList, type LinkDatabase } from './database';
import { readKnownData } from './known-data';
import { readGivers } from './known-givers';
import { readKnownValues } from './known-values';
import { readResets } from './resets';
import { type RunFacts, readRunFacts } from './run-facts';

/** The links of some runs. */
export interface Derived {
  /** Recorded runs. Nothing is derived for others. */
  runs: RunFacts[];
  links: DerivedLink[];
  wanted: Wanted[];
}

/** Derives links of the runs with these `seq`. It reads only facts, never stored links. */
export async function deriveLinks(db: LinkDatabase, seqs: readonly number[]): Promise<Derived> {
  // Links depend only on facts: docs/decisions/0015.
  const recorded = await readRunFacts(db, seqs);
  const resets = await readResets(db, recorded);
  const runs = recorded.map((run) => resets.resolve(run));
  const derived: Derived = { runs, links: [], wanted: [] };
  if (runs.length === 0) return derived;
  const givers = await readGivers(db, runs);
  const data = await readKnownData(db, runs);
  const values = await readKnownValues(db, runs);
  const attempts = await readAttempts(db, runs);
  for (const [index, run] of runs.entries()) {
    const { links, wanted } = informedInto(run.node, run.predecessors, run.origins, givers);
    const own = values.values.get(run.seq) ?? [];
    links.include(valuesInto(run, run.scheduled_time, own, (digest) => values.seen(run, digest)));
    links.include(usedInto(run, data.uses.get(run.seq) ?? [], data.writers, links.all()));
    links.include(generatedBy(run, data.generated.get(run.seq) ?? []));
    const before = retried(run, attempts.get(run.seq) ?? []);
    if (before) links.add(runNode(before.seq), run.node, 'retry-of', EVIDENCE.temporal);
    derived.links.push(...links.all());
    derived.wanted.push(...wanted, ...resets.wanted(recorded[index]!));
  }
  return derived;
}

interface AttemptRow {
  of: number;
  seq: number;
  uid: string;
  attempt: number;
  scheduled_time: number;
  time: number;
}

/** Returns the previous attempts of retries, each by the `seq` of the retry. */
async function readAttempts(db: LinkDatabase, runs: readonly RunFacts[]): Promise<Map<number, AttemptRow[]>> {
  const retries = runs.filter(({ attempt }) => attempt > 1);
  if (retries.length === 0) return new Map();
  const { sql, value } = keyList(
    db,
    retries.map(({ seq }) => seq),
  );
  const before = (same: string) =>
    `SELECT r.seq AS of, b.seq, b.uid, b.attempt, b.scheduled_time, b.time FROM ${sql} x CROSS JOIN run r CROSS JOIN run b
     WHERE r.seq = x.key AND ${same} AND b.activity_id = r.activity_id AND b.attempt = r.attempt - 1`;
  const rows = await db.query<AttemptRow>(
    `${before('b.execution_id = r.execution_id')} UNION ALL ${before('r.activity_run_id IS NOT NULL AND b.activity_run_id = r.activity_run_id')}`,
    value,
    value,
  );
  return groupedBy(rows, ({ of }) => of);
}
