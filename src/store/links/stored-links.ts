/**
 * Compares derived links with the stored ones. Node only.
 * @module
 */
import type { Wanted } from '../../lineage/informed';
import type { DerivedLink } from '../../lineage/links';
import { LINK_KINDS } from '../../model/link';
import { isNodeSql, namedBy, runNodeSql, versionNodeSql } from '../link-nodes';
import { readText } from '../marked-text';
import { keyList, type LinkDatabase } from './database';
import type { Derived } from './derive';
import { DIRECTIONS } from './run-data';

/** A link as it is stored. */
export interface StoredLink {
  earlier: number;
  later: number;
  kind: number;
  evidence: number;
}

/** The JSON paths at which the ends of a link were found, as text. */
export interface PathRow extends StoredLink {
  from_path: string;
  to_path: string;
}

/** A stored path row with the ids of its texts. */
export interface StoredPath extends PathRow {
  from_id: number;
  to_id: number;
}

/** The changes that make the stored links equal to the derived ones. */
export interface Difference {
  /** Links that are stored but not derived. */
  surplus: StoredLink[];
  /** Links that are not stored, or stored with other evidence. */
  links: DerivedLink[];
  surplus_paths: StoredPath[];
  paths: PathRow[];
  /** Ids of rows that no longer wait for anything. */
  surplus_wanted: number[];
  wanted: Wanted[];
}

/** The longest path that is stored, in characters. An index contains it. */
const PATH_CHARACTERS = 500;

const keyOf = ({ earlier, later, kind }: Omit<StoredLink, 'evidence'>) => `${earlier} ${later} ${kind}`;
const pathKey = (row: PathRow) => `${keyOf(row)} ${row.evidence}\n${row.from_path}\n${row.to_path}`;
const wantedKey = ({ later, run_id, activity_id, update_id, evidence }: Omit<Wanted, 'paths'>) =>
  `${later} ${evidence}\n${run_id}\n${activity_id}\n${update_id}`;

/** Compares the links of runs. A link whose earlier end was deleted stays unchanged, because its facts are deleted. */
export async function differences(db: LinkDatabase, { runs, links, wanted }: Derived): Promise<Difference> {
  const nodes = runs.map(({ node }) => node);
  const stored = [
    ...(await linksInto(db, nodes)),
    ...(await linksToGenerated(
      db,
      runs.map(({ seq }) => seq),
    )),
  ];
  const derived = new Map(links.map((link) => [keyOf(link), link]));
  const evidence = new Map(stored.map((link) => [keyOf(link), link.evidence]));
  const left = stored.filter((link) => !derived.has(keyOf(link)));
  const kept = await overTombstones(db, left);
  const paths = new Map(links.flatMap(pathsOf).map((row) => [pathKey(row), row]));
  const storedPaths = await pathsInto(db, nodes);
  const known = new Set(storedPaths.map(pathKey));
  const waiting = await wantedBy(db, nodes);
  const wants = new Map(wanted.map((one) => [wantedKey(one), one]));
  const has = new Set(waiting.map(wantedKey));
  return {
    surplus: left.filter((link) => !kept.has(keyOf(link))),
    links: links.filter((link) => evidence.get(keyOf(link)) !== link.evidence),
    surplus_paths: storedPaths.filter((row) => !paths.has(pathKey(row)) && !kept.has(keyOf(row))),
    paths: [...paths].filter(([key]) => !known.has(key)).map(([, row]) => row),
    surplus_wanted: waiting.filter((one) => !wants.has(wantedKey(one))).map(({ id }) => id),
    wanted: [...wants].filter(([key]) => !has.has(key)).map(([, one]) => one),
  };
}

function pathsOf({ paths, earlier, later, kind }: DerivedLink): PathRow[] {
  return paths.map(({ evidence, from, to }) => ({
    earlier,
    later,
    kind,
    evidence,
    from_path: cut(from),
    to_path: cut(to),
  }));
}

function cut(path: string): string {
  return path.length > PATH_CHARACTERS ? `${path.slice(0, PATH_CHARACTERS)}…` : path;
}

/** Kinds of links into a run that are derived here. */
const INTO = [LINK_KINDS.used, LINK_KINDS.informed, LINK_KINDS['retry-of']].join(', ');

function linksInto(db: LinkDatabase, nodes: readonly number[]): Promise<StoredLink[]> {
  const { sql, value } = keyList(db, nodes);
  return db.query<StoredLink>(
    `SELECT l.earlier, l.later, l.kind, l.evidence FROM ${sql} x CROSS JOIN link l WHERE l.later = x.key AND l.kind IN (${INTO})`,
    value,
  );
}

/** Searches by generated versions, because a run can have any number of links to other runs. */
function linksToGenerated(db: LinkDatabase, seqs: readonly number[]): Promise<StoredLink[]> {
  const { sql, value } = keyList(db, seqs);
  return db.query<StoredLink>(
    `SELECT l.earlier, l.later, l.kind, l.evidence FROM ${sql} x CROSS JOIN run_data d CROSS JOIN link l
     WHERE d.seq = x.key AND d.direction = ${DIRECTIONS.generated} AND l.earlier = ${runNodeSql('d.seq')}
       AND l.later = ${versionNodeSql('d.version_id')} AND l.kind = ${LINK_KINDS.generated}`,
    value,
  );
}

/** Returns keys of links whose earlier end is a deleted run or execution. */
async function overTombstones(db: LinkDatabase, links: readonly StoredLink[]): Promise<Set<string>> {
  const ends = links.filter(({ earlier }) => namedBy(earlier).type !== 'version');
  if (ends.length === 0) return new Set();
  const { sql, value } = keyList(db, new Set(ends.map(({ earlier }) => earlier)));
  const rows = await db.query<{ key: number }>(
    `SELECT x.key FROM ${sql} x WHERE (${isNodeSql('x.key', 'run')} AND NOT EXISTS (SELECT 1 FROM run r WHERE r.seq = x.key / 4))
       OR (${isNodeSql('x.key', 'execution')} AND NOT EXISTS (SELECT 1 FROM execution e WHERE e.id = x.key / 4))`,
    value,
  );
  const removed = new Set(rows.map(({ key }) => key));
  return new Set(ends.filter(({ earlier }) => removed.has(earlier)).map(keyOf));
}

async function pathsInto(db: LinkDatabase, nodes: readonly number[]): Promise<StoredPath[]> {
  const { sql, value } = keyList(db, nodes);
  const rows = await db.query<StoredPath>(
    `SELECT p.earlier, p.later, p.kind, p.evidence, p.from_path AS from_id, p.to_path AS to_id, f.path AS from_path, t.path AS to_path
     FROM ${sql} x CROSS JOIN link_path p CROSS JOIN json_path f CROSS JOIN json_path t
     WHERE p.later = x.key AND p.kind IN (${INTO}) AND f.id = p.from_path AND t.id = p.to_path`,
    value,
  );
  return rows.map((row) => ({ ...row, from_path: readText(row.from_path), to_path: readText(row.to_path) }));
}

type StoredWanted = Omit<Wanted, 'paths'> & { id: number };

async function wantedBy(db: LinkDatabase, nodes: readonly number[]): Promise<StoredWanted[]> {
  const { sql, value } = keyList(db, nodes);
  const rows = await db.query<StoredWanted>(
    `SELECT w.id, w.run_id, w.activity_id, w.update_id, w.later, w.evidence FROM ${sql} x CROSS JOIN wanted_link w WHERE w.later = x.key`,
    value,
  );
  return rows.map((row) => ({
    ...row,
    run_id: readText(row.run_id),
    activity_id: readText(row.activity_id),
    update_id: readText(row.update_id),
  }));
}
