/**
 * Replaces stored links by derived ones. Node only.
 * @module
 */
import type { Wanted } from '../../lineage/informed';
import type { DerivedLink } from '../../lineage/links';
import { LINK_KINDS } from '../../model/link';
import { keyList, type LinkDatabase } from './database';
import type { Derived } from './derive';
import { differences, type PathRow, type StoredLink, type StoredPath } from './stored-links';

/** Replaces the stored links of runs by the derived ones. */
export async function replaceLinks(db: LinkDatabase, derived: Derived): Promise<void> {
  const difference = await differences(db, derived);
  await deleteLinks(db, difference.surplus);
  await writeLinks(db, difference.links);
  await deletePaths(db, difference.surplus_paths);
  await writePaths(db, difference.paths);
  await deleteWanted(db, difference.surplus_wanted);
  await writeWanted(db, difference.wanted);
}

const ENDS = { earlier: 'integer', later: 'integer', kind: 'integer' } as const;

async function deleteLinks(db: LinkDatabase, links: readonly StoredLink[]): Promise<void> {
  if (links.length === 0) return;
  const { sql, value } = db.list(
    ENDS,
    links.map(({ earlier, later, kind }) => [earlier, later, kind]),
  );
  await db.query(
    `DELETE FROM link WHERE (earlier, later, kind) IN (SELECT x.earlier, x.later, x.kind FROM ${sql} x)`,
    value,
  );
}

async function writeLinks(db: LinkDatabase, links: readonly DerivedLink[]): Promise<void> {
  if (links.length === 0) return;
  const { sql, value } = db.list(
    { ...ENDS, evidence: 'integer' },
    links.map(({ earlier, later, kind, evidence }) => [earlier, later, kind, evidence]),
  );
  await db.query(
    `INSERT INTO link (earlier, later, kind, evidence) SELECT x.earlier, x.later, x.kind, x.evidence FROM ${sql} x WHERE true
     ON CONFLICT (earlier, later, kind) DO UPDATE SET evidence = excluded.evidence`,
    value,
  );
}

async function deletePaths(db: LinkDatabase, paths: readonly StoredPath[]): Promise<void> {
  if (paths.length === 0) return;
  const { sql, value } = db.list(
    { ...ENDS, evidence: 'integer', from_id: 'integer', to_id: 'integer' },
    paths.map(({ earlier, later, kind, evidence, from_id, to_id }) => [
      earlier,
      later,
      kind,
      evidence,
      from_id,
      to_id,
    ]),
  );
  await db.query(
    `DELETE FROM link_path WHERE (later, earlier, kind, evidence, from_path, to_path) IN (
       SELECT x.later, x.earlier, x.kind, x.evidence, x.from_id, x.to_id FROM ${sql} x)`,
    value,
  );
}

async function writePaths(db: LinkDatabase, paths: readonly PathRow[]): Promise<void> {
  if (paths.length === 0) return;
  const texts = [...new Set(paths.flatMap(({ from_path, to_path }) => [from_path, to_path]))];
  const named = db.list(
    { path: 'text' },
    texts.map((text) => [text]),
  );
  await db.query(
    `INSERT INTO json_path (path) SELECT x.path FROM ${named.sql} x WHERE NOT EXISTS (SELECT 1 FROM json_path p WHERE p.path = x.path)`,
    named.value,
  );
  const { sql, value } = db.list(
    { ...ENDS, evidence: 'integer', from_path: 'text', to_path: 'text' },
    paths.map(({ earlier, later, kind, evidence, from_path, to_path }) => [
      earlier,
      later,
      kind,
      evidence,
      from_path,
      to_path,
    ]),
  );
  await db.query(
    `INSERT INTO link_path (later, earlier, kind, evidence, from_path, to_path)
     SELECT x.later, x.earlier, x.kind, x.evidence, f.id, t.id FROM ${sql} x CROSS JOIN json_path f CROSS JOIN json_path t
     WHERE f.path = x.from_path AND t.path = x.to_path ON CONFLICT DO NOTHING`,
    value,
  );
}

async function deleteWanted(db: LinkDatabase, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const { sql, value } = keyList(db, ids);
  await db.query(`DELETE FROM wanted_link WHERE id IN (SELECT x.key FROM ${sql} x)`, value);
}

/** Paths are not stored. They are derived again when the earlier end is recorded. */
async function writeWanted(db: LinkDatabase, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  const { sql, value } = db.list(
    { run_id: 'id', activity_id: 'id', update_id: 'id', later: 'integer', evidence: 'integer' },
    wanted.map(({ run_id, activity_id, update_id, later, evidence }) => [
      run_id,
      activity_id,
      update_id,
      later,
      evidence,
    ]),
  );
  await db.query(
    `INSERT INTO wanted_link (run_id, activity_id, update_id, later, kind, evidence)
     SELECT x.run_id, x.activity_id, x.update_id, x.later, ${LINK_KINDS.informed}, x.evidence FROM ${sql} x`,
    value,
  );
}
