/**
 * Rows of versions that runs used and generated, and the runs whose links change because of them. Node only.
 * @module
 */
import { type Affected, addRuns, EVER } from './affected';
import type { LinkDatabase } from './database';
import type { VersionRow } from './registry';
import { VALUE_SIDES } from './run-values';

/** Numbers of directions as stored. */
export const DIRECTIONS = { used: 1, generated: 2, mentioned: 3 } as const;

/** A run's relation to a version. */
export interface RunDatum {
  seq: number;
  /** When the run opened, UNIX seconds. */
  start: number;
  version_id: number;
  artifact_id: number;
  direction: keyof typeof DIRECTIONS;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  /** UNIX seconds. */
  time: number;
  paths: readonly string[];
}

/** Adds the rows. Existing ones stay unchanged. Runs that used the generated data are affected. */
export async function addRunData(
  db: LinkDatabase,
  affected: Affected,
  data: readonly RunDatum[],
): Promise<void> {
  if (data.length === 0) return;
  const rows = [...merged(data).values()];
  await insertRows(db, rows);
  for (const { seq } of rows) affected.runs.add(seq);
  await spreadCopies(db, affected, rows);
  const generated = rows.filter(({ direction }) => direction === 'generated');
  if (generated.length === 0) return;
  for (const { version_id, artifact_id, time } of generated) {
    affected.spread('version', version_id, EVER);
    affected.spread('artifact', artifact_id, time);
  }
  await noteGenerated(db, affected, generated);
  await addRivals(db, affected, generated);
}

/** Marks contents that a run both used and generated. The run copied them, so it is no longer the origin of their other uses. */
async function spreadCopies(db: LinkDatabase, affected: Affected, rows: readonly RunDatum[]): Promise<void> {
  const used = rows.filter(({ direction }) => direction === 'used');
  if (used.length === 0) return;
  const { sql, value } = db.list(
    { seq: 'integer', version_id: 'integer' },
    used.map(({ seq, version_id }) => [seq, version_id]),
  );
  const copies = await db.query<{ content_id: number }>(
    `SELECT DISTINCT v.content_id FROM ${sql} x CROSS JOIN version v CROSS JOIN run_data g CROSS JOIN version o
     WHERE v.id = x.version_id AND g.seq = x.seq AND g.direction = 2 AND o.id = g.version_id AND o.content_id = v.content_id`,
    value,
  );
  for (const { content_id } of copies) affected.spread('content', content_id, EVER);
}

/** Merges data into one row for each run, version and direction. */
function merged(data: readonly RunDatum[]): Map<string, RunDatum> {
  const rows = new Map<string, RunDatum>();
  for (const one of data) {
    const key = `${one.seq} ${one.version_id} ${one.direction}`;
    const known = rows.get(key);
    rows.set(key, known ? together(known, one) : one);
  }
  return rows;
}

function together(a: RunDatum, b: RunDatum): RunDatum {
  const paths = [...new Set([...a.paths, ...b.paths])];
  return { ...a, evidence: a.evidence | b.evidence, time: Math.min(a.time, b.time), paths };
}

async function insertRows(db: LinkDatabase, rows: readonly RunDatum[]): Promise<void> {
  const { sql, value } = db.list(
    {
      seq: 'integer',
      version_id: 'integer',
      direction: 'integer',
      evidence: 'integer',
      time: 'real',
      paths: 'text',
      artifact_id: 'integer',
    },
    rows.map(({ seq, version_id, direction, evidence, time, paths, artifact_id }) => [
      seq,
      version_id,
      DIRECTIONS[direction],
      evidence,
      time,
      paths.length > 0 ? JSON.stringify(paths) : null,
      artifact_id,
    ]),
  );
  await db.query(
    `INSERT INTO run_data (seq, version_id, direction, evidence, time, paths, artifact_id)
     SELECT x.seq, x.version_id, x.direction, x.evidence, x.time, x.paths, x.artifact_id FROM ${sql} x WHERE true
     ON CONFLICT DO NOTHING`,
    value,
  );
}

/** Stores when a version was first generated. Other uses of the same content may then come from it. */
async function noteGenerated(
  db: LinkDatabase,
  affected: Affected,
  generated: readonly RunDatum[],
): Promise<void> {
  const first = new Map<number, number>();
  for (const { version_id, time } of generated)
    first.set(version_id, Math.min(time, first.get(version_id) ?? time));
  const { sql, value } = db.list({ id: 'integer', time: 'real' }, [...first]);
  const rows = await db.query<{ id: number; content_id: number | null }>(
    `UPDATE version SET generated_time =
       CASE WHEN version.generated_time < x.time THEN version.generated_time ELSE x.time END
     FROM ${sql} x WHERE version.id = x.id RETURNING version.id, version.content_id`,
    value,
  );
  await spreadContents(
    db,
    affected,
    rows.flatMap(({ id, content_id }) => (content_id === null ? [] : [{ content_id, time: first.get(id)! }])),
  );
}

/** A content that was generated more often than this is no evidence of its origin. */
export const COMMON_CONTENT = 200;

/**
 * Marks uses of generated contents as affected: those after the time, or all of them if the content has just become too common.
 */
export async function spreadContents(
  db: LinkDatabase,
  affected: Affected,
  generated: readonly { content_id: number; time: number }[],
): Promise<void> {
  if (generated.length === 0) return;
  const counts = await generatedCounts(
    db,
    generated.map(({ content_id }) => content_id),
    COMMON_CONTENT + generated.length,
  );
  for (const { content_id, time } of generated) {
    const count = counts.get(content_id) ?? 0;
    if (count <= COMMON_CONTENT) affected.spread('content', content_id, time);
    else if (count - generated.length <= COMMON_CONTENT) affected.spread('content', content_id, EVER);
  }
}

/**
 * Marks the effects of newly known contents: the uses of these versions, and uses of the same content elsewhere if a run
 * generated it.
 */
export async function spreadIdentified(
  db: LinkDatabase,
  affected: Affected,
  versions: readonly VersionRow[],
): Promise<void> {
  if (versions.length === 0) return;
  for (const { id } of versions) affected.spread('version', id, EVER);
  const { sql, value } = db.list(
    { id: 'integer' },
    versions.map(({ id }) => [id]),
  );
  const rows = await db.query<{ content_id: number; time: number }>(
    `SELECT v.content_id, v.generated_time AS time FROM ${sql} x CROSS JOIN version v
     WHERE v.id = x.id AND v.content_id IS NOT NULL AND v.generated_time IS NOT NULL`,
    value,
  );
  await spreadContents(db, affected, rows);
  // A run that used these versions may turn out to have copied them.
  const elsewhere = await db.query<{ content_id: number }>(
    `SELECT DISTINCT v.content_id FROM ${sql} x CROSS JOIN version v WHERE v.id = x.id AND EXISTS (
       SELECT 1 FROM version o WHERE o.content_id = v.content_id AND o.generated_time IS NOT NULL AND o.id <> v.id)`,
    value,
  );
  for (const { content_id } of elsewhere) affected.spread('content', content_id, EVER);
}

/** Counts how often contents were generated, up to `most`. */
export async function generatedCounts(
  db: LinkDatabase,
  contents: readonly number[],
  most: number,
): Promise<Map<number, number>> {
  const { sql, value } = db.list(
    { id: 'integer' },
    [...new Set(contents)].map((id) => [id]),
  );
  const rows = await db.query<{ id: number; n: number }>(
    `SELECT x.id, (SELECT count(*) FROM (
         SELECT 1 FROM version v CROSS JOIN run_data d WHERE v.content_id = x.id AND v.generated_time IS NOT NULL
           AND d.version_id = v.id AND d.direction = 2 LIMIT ${most + 1}) q) AS n
     FROM ${sql} x`,
    value,
  );
  return new Map(rows.map(({ id, n }) => [id, Number(n)]));
}

/** Adds runs that wrote the same names at the same time. */
async function addRivals(
  db: LinkDatabase,
  affected: Affected,
  generated: readonly RunDatum[],
): Promise<void> {
  const { sql, value } = db.list(
    { seq: 'integer', artifact_id: 'integer', start: 'real', time: 'real' },
    generated.map(({ seq, artifact_id, start, time }) => [seq, artifact_id, start, time]),
  );
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT d.seq FROM ${sql} x CROSS JOIN run_data d CROSS JOIN run r
     WHERE d.artifact_id = x.artifact_id AND d.direction = 2 AND d.time > x.start AND d.seq <> x.seq
       AND r.seq = d.seq AND r.time < x.time`,
    value,
  );
}

/**
 * The assumed difference of clocks. A worker's clock dates the end of a run, and the server's clock dates when another was
 * scheduled.
 */
const CLOCKS_DIFFER_S = 10;

/** Adds runs whose arguments later repeat a string of these runs' values. */
export async function addRepeaters(
  db: LinkDatabase,
  affected: Affected,
  runs: readonly number[],
): Promise<void> {
  if (runs.length === 0) return;
  const { sql, value } = db.list(
    { seq: 'integer' },
    runs.map((seq) => [seq]),
  );
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT a.seq FROM ${sql} x CROSS JOIN run_value p CROSS JOIN run_value a
     WHERE p.seq = x.seq AND a.execution_id = p.execution_id AND a.digest = p.digest AND a.side = ${VALUE_SIDES.args}
       AND a.time >= p.time - ${CLOCKS_DIFFER_S} AND a.seq <> p.seq`,
    value,
  );
}
