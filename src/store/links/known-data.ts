/**
 * Facts about the data that some runs used and generated, and about its writers. Node only.
 * @module
 */
import { FEW_CONTENT_BYTES } from '../../lineage/content';
import type { Generated, Writers } from '../../lineage/data-links';
import { isKnownVersion } from '../../lineage/names';
import type { Use, Writing } from '../../lineage/writings';
import { versionNode } from '../link-nodes';
import { groupedBy, keyList, type LinkDatabase } from './database';
import { COMMON_CONTENT, generatedCounts } from './run-data';
import { type RunFacts, WORKER_COLUMNS, type WorkerRow, workerOf } from './run-facts';

interface DatumRow {
  seq: number;
  version_id: number;
  direction: number;
  evidence: number;
  time: number;
  paths: string | null;
  artifact_id: number;
  signature: string;
  content_id: number | null;
  size_bytes: number | null;
}

/** A use with the store's keys. */
interface KnownUse extends Use {
  i: number;
  seq: number;
  version_id: number;
  /** Absent if the content is unknown or too short to be evidence. */
  content_id?: number;
}

/** The data that runs used and generated, and all facts that the rules need about it. */
export interface KnownData {
  uses: ReadonlyMap<number, readonly Use[]>;
  generated: ReadonlyMap<number, readonly Generated[]>;
  writers: Writers;
}

/** Reads the data of recorded runs. */
export async function readKnownData(db: LinkDatabase, runs: readonly RunFacts[]): Promise<KnownData> {
  const rows = await readRows(db, runs);
  const uses = rows.filter(({ direction }) => direction === 1).map(useOf);
  const made = rows.filter(({ direction }) => direction === 2);
  const produced = await readProduced(
    db,
    uses.filter(({ known }) => known),
  );
  const open = uses.filter(({ known, i }) => !known || !produced.has(i));
  const writers = new KnownWriters(produced, await readContents(db, open), await readLast(db, open));
  const rivalled = await readRivalled(db, runs, made);
  const generated = made.map((row) => ({
    ...generatedOf(row),
    in_doubt: rivalled.has(keyOf(row)),
    seq: row.seq,
  }));
  return {
    uses: groupedBy(uses, ({ seq }) => seq),
    generated: groupedBy(generated, ({ seq }) => seq),
    writers,
  };
}

function readRows(db: LinkDatabase, runs: readonly RunFacts[]): Promise<DatumRow[]> {
  const { sql, value } = keyList(
    db,
    runs.map(({ seq }) => seq),
  );
  return db.query<DatumRow>(
    `SELECT d.seq, d.version_id, d.direction, d.evidence, d.time, d.paths, d.artifact_id, v.signature, v.content_id,
       coalesce(c.size_bytes, v.size_bytes) AS size_bytes
     FROM ${sql} x CROSS JOIN run_data d CROSS JOIN version v LEFT JOIN content c ON c.id = v.content_id
     WHERE d.seq = x.key AND v.id = d.version_id AND d.direction < 3`,
    value,
  );
}

function useOf(row: DatumRow, i: number): KnownUse {
  const { seq, version_id, artifact_id: artifact, evidence, time, paths, signature } = row;
  const use = {
    i,
    seq,
    version_id,
    version: versionNode(version_id),
    artifact,
    evidence,
    time,
    known: isKnownVersion(signature),
    paths: paths === null ? [] : JSON.parse(paths),
  };
  const distinctive = row.content_id !== null && (row.size_bytes ?? 0) > FEW_CONTENT_BYTES;
  return distinctive ? { ...use, content_id: row.content_id! } : use;
}

function generatedOf({ version_id, artifact_id, evidence, time }: DatumRow): Omit<Generated, 'in_doubt'> {
  return { version: versionNode(version_id), artifact: artifact_id, evidence, time };
}

class KnownWriters implements Writers {
  readonly #produced: ReadonlySet<number>;
  readonly #contents: ReadonlyMap<number, readonly Writing[]>;
  readonly #last: ReadonlyMap<number, readonly Writing[]>;

  constructor(
    produced: ReadonlySet<number>,
    contents: ReadonlyMap<number, readonly Writing[]>,
    last: ReadonlyMap<number, readonly Writing[]>,
  ) {
    this.#produced = produced;
    this.#contents = contents;
    this.#last = last;
  }

  isProduced(use: Use): boolean {
    return this.#produced.has((use as KnownUse).i);
  }

  sameContent(use: Use): readonly Writing[] {
    return this.#contents.get((use as KnownUse).content_id ?? 0) ?? [];
  }

  lastBefore(use: Use): readonly Writing[] {
    return this.#last.get((use as KnownUse).i) ?? [];
  }
}

/** Returns the uses of versions that another run generated. */
async function readProduced(db: LinkDatabase, uses: readonly KnownUse[]): Promise<Set<number>> {
  if (uses.length === 0) return new Set();
  const { sql, value } = db.list(
    { i: 'integer', version_id: 'integer', seq: 'integer' },
    uses.map(({ i, version_id, seq }) => [i, version_id, seq]),
  );
  const rows = await db.query<{ i: number }>(
    `SELECT x.i FROM ${sql} x WHERE EXISTS (
       SELECT 1 FROM run_data g WHERE g.version_id = x.version_id AND g.direction = 2 AND g.seq <> x.seq)`,
    value,
  );
  return new Set(rows.map(({ i }) => i));
}

interface WritingRow extends WorkerRow {
  version_id: number;
  artifact_id: number;
  time: number;
  signature: string;
  /** 1 if the run also used the same content. */
  copied?: number;
}

const WRITING_COLUMNS = `g.seq, g.version_id, g.artifact_id, g.time, v.signature, ${WORKER_COLUMNS}`;

function writingOf(row: WritingRow): Writing {
  return {
    by: workerOf(row),
    version: versionNode(row.version_id),
    artifact: row.artifact_id,
    time: row.time,
    known: isKnownVersion(row.signature),
    copied: row.copied === 1,
  };
}

/** Returns the writers of contents, by content. A content that is too common is left out. */
async function readContents(
  db: LinkDatabase,
  uses: readonly KnownUse[],
): Promise<Map<number, readonly Writing[]>> {
  const ids = [...new Set(uses.flatMap(({ content_id }) => content_id ?? []))];
  if (ids.length === 0) return new Map();
  const counts = await generatedCounts(db, ids, COMMON_CONTENT);
  const distinctive = ids.filter((id) => counts.get(id)! > 0 && counts.get(id)! <= COMMON_CONTENT);
  if (distinctive.length === 0) return new Map();
  const { sql, value } = keyList(db, distinctive);
  const rows = await db.query<WritingRow & { content_id: number }>(
    `SELECT v.content_id, ${WRITING_COLUMNS}, CASE WHEN EXISTS (
         SELECT 1 FROM run_data u CROSS JOIN version o
         WHERE u.seq = g.seq AND u.direction = 1 AND o.id = u.version_id AND o.content_id = v.content_id
       ) THEN 1 ELSE 0 END AS copied FROM ${sql} x CROSS JOIN version v CROSS JOIN run_data g LEFT JOIN run r ON r.seq = g.seq
     WHERE v.content_id = x.key AND v.generated_time IS NOT NULL AND g.version_id = v.id AND g.direction = 2`,
    value,
  );
  const writings = groupedBy(rows, ({ content_id }) => content_id);
  return new Map([...writings].map(([id, of]) => [id, of.map(writingOf)]));
}

/** Returns the last writer of each name before its use. */
async function readLast(
  db: LinkDatabase,
  uses: readonly KnownUse[],
): Promise<Map<number, readonly Writing[]>> {
  if (uses.length === 0) return new Map();
  const { sql, value } = db.list(
    { i: 'integer', artifact_id: 'integer', time: 'real', seq: 'integer' },
    uses.map(({ i, artifact, time, seq }) => [i, artifact, time, seq]),
  );
  const rows = await db.query<WritingRow & { i: number }>(
    `SELECT x.i, ${WRITING_COLUMNS} FROM (
         SELECT u.*, (SELECT max(w.time) FROM run_data w
           WHERE w.artifact_id = u.artifact_id AND w.direction = 2 AND w.time < u.time AND w.seq <> u.seq) AS last FROM ${sql} u) x
       CROSS JOIN run_data g CROSS JOIN version v LEFT JOIN run r ON r.seq = g.seq
     WHERE g.artifact_id = x.artifact_id AND g.direction = 2 AND g.time = x.last AND g.seq <> x.seq AND v.id = g.version_id`,
    value,
  );
  const writings = groupedBy(rows, ({ i }) => i);
  return new Map([...writings].map(([i, of]) => [i, of.map(writingOf)]));
}

const keyOf = ({ seq, version_id }: { seq: number; version_id: number }) => `${seq} ${version_id}`;

/** The highest number of writers that are compared with a run. They are those whose writes came first after it began. */
const MOST_RIVALS = 200;

/** Returns the data with a rival: another run that wrote the same name while both runs were open. */
async function readRivalled(
  db: LinkDatabase,
  runs: readonly RunFacts[],
  made: readonly DatumRow[],
): Promise<Set<string>> {
  if (made.length === 0) return new Set();
  const starts = new Map(runs.map(({ seq, time }) => [seq, time]));
  const { sql, value } = db.list(
    { seq: 'integer', version_id: 'integer', artifact_id: 'integer', start: 'real', time: 'real' },
    made.map(({ seq, version_id, artifact_id, time }) => [
      seq,
      version_id,
      artifact_id,
      starts.get(seq)!,
      time,
    ]),
  );
  const rows = await db.query<{ seq: number; version_id: number }>(
    `SELECT x.seq, x.version_id FROM ${sql} x WHERE EXISTS (SELECT 1 FROM (
         SELECT g.seq FROM run_data g WHERE g.artifact_id = x.artifact_id AND g.direction = 2 AND g.time > x.start
         ORDER BY g.time, g.seq LIMIT ${MOST_RIVALS}) q
       JOIN run r ON r.seq = q.seq WHERE q.seq <> x.seq AND r.time < x.time)`,
    value,
  );
  return new Set(rows.map(keyOf));
}
