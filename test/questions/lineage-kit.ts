/**
 * Graphs of runs, data and executions, put into a store's tables as a linker leaves them: for tests of what is asked about lineage.
 * @module
 */
import { createHash } from 'node:crypto';
import { EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../src/model/link';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Statements } from '../../src/upkeep/database';
import { openStore } from '../built';
import { opening, type RunSketch, stopping, uidOf } from '../store/runs';
import { openUpkeep } from '../upkeep/stores';

/** 2026-11-23T08:00:00Z. */
export const MORNING = Date.UTC(2026, 10, 23, 8) / 1000;

export interface VersionSketch {
  uri: string;
  site_name?: string;
  type?: 'file' | 'directory' | 'collection' | 'remote';
  /** A word whose sha256 is the content's digest; absent: no digest. */
  content?: string;
  missing?: string;
  signature?: string;
  size_bytes?: number;
  time?: number;
  /** Names of one renamed thing share it. */
  artifact?: string;
}

/** Links: `['r1', 'v1', 'generated', 'uri', …]`, the earlier end first. */
export type LinkSketch = readonly [from: string, to: string, kind: LinkKind, ...evidence: Evidence[]];

export interface GraphSketch {
  /** Named `r1`, `r2`, … by their number `n`. */
  runs: readonly RunSketch[];
  /** Named `v1`, `v2`, … in this order. */
  versions?: readonly VersionSketch[];
  links?: readonly LinkSketch[];
  members?: readonly (readonly [collection: string, member: string, name: string])[];
  paths?: readonly (readonly [
    from: string,
    to: string,
    kind: LinkKind,
    from_path: string,
    to_path: string,
  ])[];
  /** Other records, written first. */
  records?: readonly WriteRecord[];
  /** Records that refer to runs, written last. */
  facts?: readonly WriteRecord[];
  /** Runs that never ended, by number. */
  open?: readonly number[];
}

/** sha256 of a word, hex. */
export function digestOf(word: string): string {
  return createHash('sha256').update(word).digest('hex');
}

/** UUID of the artifact with this name. */
export function artifactIdOf(name: string): string {
  const hex = digestOf(name);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Writes the runs as a worker would, and the rest into the tables. */
export async function putGraph(url: string, graph: GraphSketch): Promise<void> {
  const { runs, records = [], facts = [], open = [] } = graph;
  const store = await openStore(url, { mode: 'write', create: true });
  await store.write([
    ...records,
    ...runs.map((run) => opening({ ...run, time: run.time ?? MORNING + 10 * run.n })),
    ...runs
      .filter(({ n }) => !open.includes(n))
      .map(({ n, time }) => stopping(n, { time: (time ?? MORNING + 10 * n) + 5 })),
    ...facts,
  ]);
  await store.close();
  await putLineage(url, graph);
}

/** The same without the runs, which are there. */
export async function putLineage(url: string, graph: GraphSketch): Promise<void> {
  const database = await openUpkeep(url);
  const own = database.dialect === 'postgres' ? 'OVERRIDING SYSTEM VALUE ' : '';
  await database.transaction((transaction) =>
    putTables(
      { query: (text, values) => transaction.query(text.replace('VALUES', `${own}VALUES`), values) },
      graph,
    ),
  );
  await database.close();
}

async function putTables(
  transaction: Statements,
  { runs, versions = [], links = [], members = [], paths = [] }: GraphSketch,
): Promise<void> {
  const nodes = new Map<string, number>();
  for (const { n } of runs) {
    const [row] = await transaction.query('SELECT seq FROM run WHERE uid = ?', [uidOf(n)]);
    nodes.set(`r${n}`, Number(row!.seq) * 4);
  }
  for (const { id, run_id } of await transaction.query<{ id: number; run_id: string }>(
    'SELECT id, run_id FROM execution',
  ))
    nodes.set(run_id, Number(id) * 4 + 2);
  for (const [i, version] of versions.entries())
    nodes.set(`v${i + 1}`, await putVersion(transaction, i + 1, version));
  for (const [from, to, kind, ...evidence] of links) {
    const mask = evidence.reduce((sum, name) => sum | EVIDENCE[name], 0);
    await transaction.query('INSERT INTO link (earlier, later, kind, evidence) VALUES (?, ?, ?, ?)', [
      nodes.get(from)!,
      nodes.get(to)!,
      LINK_KINDS[kind],
      mask,
    ]);
  }
  for (const [collection, member, name] of members)
    await transaction.query('INSERT INTO member (collection, member, name) VALUES (?, ?, ?)', [
      (nodes.get(collection)! - 1) / 4,
      (nodes.get(member)! - 1) / 4,
      name,
    ]);
  for (const [from, to, kind, from_path, to_path] of paths)
    await transaction.query(
      'INSERT INTO link_path (later, earlier, kind, evidence, from_path, to_path) VALUES (?, ?, ?, 1, ?, ?)',
      [
        ...[nodes.get(to)!, nodes.get(from)!, LINK_KINDS[kind]],
        ...[await putPath(transaction, from_path), await putPath(transaction, to_path)],
      ],
    );
  await transaction.query('UPDATE linker SET chain_n = (SELECT coalesce(max(n), 0) FROM chain)');
}

async function putVersion(transaction: Statements, id: number, version: VersionSketch): Promise<number> {
  const { uri, site_name = null, type = 'file', content, missing = null, signature = `s${id}` } = version;
  const time = version.time ?? MORNING;
  const uri_digest = digestOf(uri);
  const [known] = await transaction.query('SELECT id FROM artifact WHERE uri_digest = ?', [uri_digest]);
  const artifact = known ? Number(known.id) : id;
  if (!known)
    await transaction.query(
      'INSERT INTO artifact (id, artifact_id, uri_digest, uri, site_name, type, first_time) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [id, artifactIdOf(version.artifact ?? uri), uri_digest, uri, site_name, type, time],
    );
  const content_id =
    content === undefined ? null : await putContent(transaction, id, content, version.size_bytes ?? 1234);
  await transaction.query(
    'INSERT INTO version (id, artifact_id, signature, content_id, missing, size_bytes, first_time) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [id, artifact, signature, content_id, missing, version.size_bytes ?? null, time],
  );
  return id * 4 + 1;
}

async function putContent(
  transaction: Statements,
  id: number,
  content: string,
  size_bytes: number,
): Promise<number> {
  const sha256 = digestOf(content);
  const [known] = await transaction.query('SELECT id FROM content WHERE sha256 = ?', [sha256]);
  if (known) return Number(known.id);
  await transaction.query('INSERT INTO content (id, sha256, size_bytes, media_type) VALUES (?, ?, ?, ?)', [
    id,
    sha256,
    size_bytes,
    'application/octet-stream',
  ]);
  return id;
}

async function putPath(transaction: Statements, path: string): Promise<number> {
  const [known] = await transaction.query('SELECT id FROM json_path WHERE path = ?', [path]);
  if (known) return Number(known.id);
  const [last] = await transaction.query('SELECT coalesce(max(id), 0) + 1 AS id FROM json_path');
  await transaction.query('INSERT INTO json_path (id, path) VALUES (?, ?)', [Number(last!.id), path]);
  return Number(last!.id);
}
