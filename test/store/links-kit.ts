/**
 * Records of runs with data and links, the linker on a store, and what it left there by names: uids, URIs and run ids, never numbers.
 * @module
 */
import type { DataDocument, DataItem, DigestDocument, OriginsDocument } from '../../src/model/data';
import type { Outcome, Predecessor } from '../../src/model/documents';
import type { ExecutionClose, ExecutionStart } from '../../src/model/execution';
import { EVIDENCE, LINK_KINDS } from '../../src/model/link';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import type { UpkeepDatabase } from '../../src/upkeep/database';
import { opening, type RunSketch, uidOf } from './runs';

/** Where times of tests begin. */
export const T0 = 1_790_000_000;

/** A run: the n-th, of activity `activity` in execution `execution`. */
export interface Lab {
  n: number;
  execution?: string;
  activity?: string;
  attempt?: number;
  /** Seconds after {@link T0}. */
  time?: number;
  scheduled?: number;
  from?: Predecessor[];
  origin?: 'history';
  standalone?: string;
  local?: true;
}

const ADDRESS = { namespace: 'default', workflow_type: 'pipeline', task_queue: 'q' };

export function run({
  n,
  execution = 'e1',
  activity = String(n),
  attempt = 1,
  time = n,
  scheduled = time,
  from,
  origin,
  standalone,
  local,
}: Lab): WriteRecord {
  const sketch: RunSketch = {
    n,
    time: T0 + time,
    numbered: false,
    temporal: {
      workflow_id: `w-${execution}`,
      run_id: execution,
      activity_id: activity,
      attempt,
      scheduled_time: T0 + scheduled,
      ...(local && { is_local: true }),
      ...(standalone && { workflow_id: undefined, run_id: undefined, activity_run_id: standalone }),
    },
    provenance: { ...(from && { predecessors: from as never }), ...(origin && { origin }) } as never,
  };
  return opening(sketch);
}

export function settled(n: number, outcome: Outcome = 'completed', time = n + 0.5): WriteRecord {
  return {
    kind: 'settled',
    document: {
      schema_version: 1,
      run_start: uidOf(n),
      time: T0 + time,
      outcome,
      evidence: { source: 'test' },
    },
  };
}

/** A run that completed, with what it used and generated. */
export function done(lab: Lab, ...items: Item[]): WriteRecord[] {
  const { n } = lab;
  const records = [run(lab), settled(n)];
  return items.length > 0 ? [...records, data(n, items)] : records;
}

type Item = Omit<DataItem, 'type' | 'evidence' | 'time'> & Partial<DataItem>;

export const used = (uri: string, time: number, about: Partial<DataItem> = {}): Item => ({
  uri,
  direction: 'used',
  time: T0 + time,
  paths: ['args[0]'],
  ...about,
});
export const made = (uri: string, time: number, about: Partial<DataItem> = {}): Item => ({
  uri,
  direction: 'generated',
  time: T0 + time,
  paths: ['result'],
  ...about,
});

export function data(n: number, items: readonly Item[], about: Partial<DataDocument> = {}): WriteRecord {
  const document: DataDocument = {
    schema_version: 1,
    run_start: uidOf(n),
    time: T0 + n + 0.4,
    inputs: 'known',
    items: items.map((item) => ({ type: 'file', evidence: 'uri', time: T0 + n, ...item })),
    ...about,
  };
  return { kind: 'document', of: 'data', document: document as never };
}

export function digest(uri: string, signature: string, about: Partial<DigestDocument>): WriteRecord {
  const document: DigestDocument = { schema_version: 1, uri, signature, time: T0 + 500, ...about };
  return { kind: 'document', of: 'digest', document: document as never };
}

export function origins(run_id: string, about: Partial<OriginsDocument>): WriteRecord {
  const document: OriginsDocument = {
    schema_version: 1,
    run_id,
    of: 'result',
    id: '',
    time: T0 + 400,
    origins: [],
    ...about,
  };
  return { kind: 'document', of: 'origins', document: document as never };
}

export function execution(
  run_id: string,
  origin: ExecutionStart['origin'],
  more: Partial<ExecutionStart> = {},
): WriteRecord {
  const start: ExecutionStart = {
    schema_version: 1,
    ...ADDRESS,
    workflow_id: `w-${run_id}`,
    run_id,
    start_time: T0,
    first_execution_run_id: run_id,
    attempt: 1,
    origin,
    ...more,
  };
  return { kind: 'execution', start };
}

export function closed(run_id: string, origin: ExecutionClose['origin']): WriteRecord {
  const close: ExecutionClose = {
    schema_version: 1,
    namespace: 'default',
    workflow_id: `w-${run_id}`,
    run_id,
    close_time: T0 + 900,
    status: 'completed',
    origin,
  };
  return { kind: 'execution-close', close } as WriteRecord;
}

/** sha256 of the n-th content, as good as any. */
export const sha = (n: number) => n.toString(16).padStart(64, '0');
/** Signature of a file that was changed at a time. */
export const signature = (inode: number, time: number) =>
  `host:1:${inode}:100:${(T0 + 1) * 1000}000000:${Math.round((T0 + time) * 1000)}000000`;

/** Pages until nothing is left. @returns pages */
export async function linkAll(store: Store, limit = 100): Promise<number> {
  for (let pages = 1; ; pages++) if ((await store.link(limit)).done) return pages;
}

const KINDS = new Map<number, string>(Object.entries(LINK_KINDS).map(([kind, n]) => [n, kind]));

function evidenceOf(mask: number): string {
  return Object.entries(EVIDENCE)
    .flatMap(([name, bit]) => (mask & bit ? [name] : []))
    .join('|');
}

/** Name of a node: `1` for the run of uidOf(1), `URI@signature` for a version, `(run id)` for an execution. */
async function namesOf(database: UpkeepDatabase): Promise<(node: number) => string> {
  const names = new Map<number, string>();
  const stones = await database.query<{ ref: number; name: string }>(
    "SELECT ref, name FROM tombstone WHERE what = 'start'",
  );
  for (const { ref, name } of stones) names.set(4 * ref, `†${Number.parseInt(name.slice(-8), 16)}`);
  // A start that was changed has a tombstone as well.
  const runs = await database.query<{ seq: number; uid: string }>('SELECT seq, uid FROM run');
  for (const { seq, uid } of runs) names.set(4 * seq, String(Number.parseInt(uid.slice(-8), 16)));
  const versions = await database.query<{ id: number; uri: string; signature: string }>(
    'SELECT v.id, a.uri, v.signature FROM version v JOIN artifact a ON a.id = v.artifact_id',
  );
  for (const { id, uri, signature } of versions)
    names.set(
      4 * id + 1,
      `${uri}@${signature.replace(/^run:.*(.{8})$/, (_, end) => `run:${Number.parseInt(end, 16)}`)}`,
    );
  const executions = await database.query<{ id: number; run_id: string }>('SELECT id, run_id FROM execution');
  for (const { id, run_id } of executions) names.set(4 * id + 2, `(${run_id})`);
  return (node) => names.get(node) ?? `?${node}`;
}

/** All links, one text each, sorted: `1 -informed identity-> 2 result.x>args[0]`. */
export async function linksOf(database: UpkeepDatabase): Promise<string[]> {
  const name = await namesOf(database);
  const links = await database.query<{ earlier: number; later: number; kind: number; evidence: number }>(
    'SELECT earlier, later, kind, evidence FROM link',
  );
  const paths = await database.query<{
    earlier: number;
    later: number;
    kind: number;
    from_path: string;
    to_path: string;
  }>(
    `SELECT p.earlier, p.later, p.kind, f.path AS from_path, t.path AS to_path FROM link_path p
     JOIN json_path f ON f.id = p.from_path JOIN json_path t ON t.id = p.to_path`,
  );
  const seen = new Map<string, string[]>();
  for (const { earlier, later, kind, from_path, to_path } of paths) {
    const key = `${earlier} ${later} ${kind}`;
    seen.set(key, [...(seen.get(key) ?? []), `${from_path}>${to_path}`].sort());
  }
  return links
    .map(({ earlier, later, kind, evidence }) => {
      const at =
        seen
          .get(`${earlier} ${later} ${kind}`)
          ?.map((path) => ` ${path}`)
          .join('') ?? '';
      return `${name(earlier)} -${KINDS.get(kind)} ${evidenceOf(evidence)}-> ${name(later)}${at}`;
    })
    .sort();
}

/** Links that wait, one text each, sorted. */
export async function waitingOf(database: UpkeepDatabase): Promise<string[]> {
  const name = await namesOf(database);
  const rows = await database.query<{
    run_id: string;
    activity_id: string;
    update_id: string;
    later: number;
    evidence: number;
  }>('SELECT run_id, activity_id, update_id, later, evidence FROM wanted_link');
  return rows
    .map(
      ({ run_id, activity_id, update_id, later, evidence }) =>
        `${run_id}/${activity_id}/${update_id} ${evidenceOf(evidence)} ${name(later)}`,
    )
    .sort();
}
