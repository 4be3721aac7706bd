/** The links that a store tells of the cases' runs: what `lineage --json` prints, asked of each run, up and down. */
import type { RunRecord } from '../../../src/model/documents';
import type { Evidence, LinkKind } from '../../../src/model/link';
import type { End } from './label';
import { caseOf, written } from './place';

/** A line of `lineage REF --json`. */
export interface LineageLine {
  node?: { id: string; type: string; label: string; depth: number; names?: string[] };
  link?: { from: string; to: string; kind: LinkKind; evidence: Evidence };
}

/** Who answers what is upstream of a run, and downstream. */
export interface Asked {
  up(uid: string): Promise<LineageLine[]>;
  down(uid: string): Promise<LineageLine[]>;
}

/** A run of a case. `child`, `nth`, `execution` are those of labels ({@link End}). */
export interface LabRun {
  uid: string;
  case: string;
  child: string;
  type: string;
  nth: number;
  execution: number;
  attempt: number;
  /** The last attempt of its activity. */
  last: boolean;
}

/** One end of a link that was found. */
export type Found = { kind: 'run'; run: LabRun } | { kind: 'file'; names: string[] };

/** A link that was found, with the evidence that was told for it. */
export interface FoundLink {
  earlier: Found;
  later: Found;
  evidence: Evidence[];
}

/** Kinds of links that say where data went. */
const DATA_KINDS: readonly LinkKind[] = ['used', 'generated', 'informed', 'derived'];

/** All runs as labels name them. */
export function labRuns(records: readonly RunRecord[]): Map<string, LabRun> {
  const chains = groupBy(records, ({ start }) => start.temporal.workflow_id ?? '');
  const runs = [...chains].flatMap(([workflow_id, of_chain]) => {
    const executions = [...groupBy(of_chain, ({ start }) => start.temporal.run_id ?? '').values()];
    return executions
      .sort((a, b) => firstTime(a) - firstTime(b))
      .flatMap((of_execution, n) => runsOfExecution(workflow_id, n + 1, of_execution));
  });
  return new Map(runs.map((run) => [run.uid, run]));
}

function runsOfExecution(workflow_id: string, execution: number, records: RunRecord[]): LabRun[] {
  const [, ...rest] = workflow_id.slice(workflow_id.indexOf('.') + 1).split('/');
  const types = groupBy(records, ({ start }) => start.temporal.activity_type);
  return [...types].flatMap(([type, of_type]) => {
    const activities = [...groupBy(of_type, ({ start }) => start.temporal.activity_id)];
    activities.sort(([a], [b]) => Number(a) - Number(b));
    return activities.flatMap(([, attempts], n) => {
      const last = Math.max(...attempts.map(({ start }) => start.temporal.attempt));
      return attempts.map(({ start }) => ({
        uid: start.uid,
        case: caseOf(workflow_id),
        child: rest.join('/'),
        type,
        nth: n + 1,
        execution,
        attempt: start.temporal.attempt,
        last: start.temporal.attempt === last,
      }));
    });
  });
}

const firstTime = (records: readonly RunRecord[]): number =>
  Math.min(...records.map(({ start }) => start.temporal.scheduled_time));

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Links into a run and out of it into files; where a file that it used was written by a run, one from that run as well. */
export async function linksOfRun(
  run: LabRun,
  runs: ReadonlyMap<string, LabRun>,
  asked: Asked,
): Promise<FoundLink[]> {
  const me: Found = { kind: 'run', run };
  const id = `run:${run.uid}`;
  const lines = [await asked.up(run.uid), await asked.down(run.uid)] as const;
  const names = namesIn(lines.flat());
  const above = dataLinks(lines[0]);
  const end = (of: string): Found => foundEnd(of, runs, names);
  const into = above.filter(({ to }) => to === id);
  const through = into
    .filter(({ from }) => from.startsWith('artifact:'))
    .flatMap(({ from, evidence }) =>
      above
        .filter((link) => link.to === from && link.kind === 'generated')
        .map((link) => ({ ...link, evidence: weaker(link.evidence, evidence) })),
    );
  const outOf = dataLinks(lines[1]).filter(({ from, kind }) => from === id && kind === 'generated');
  return [
    ...[...into, ...through].map(({ from, evidence }) => found(end(from), me, evidence)),
    ...outOf.map(({ to, evidence }) => found(me, end(to), evidence)),
  ];
}

function found(earlier: Found, later: Found, evidence: Evidence): FoundLink {
  return { earlier, later, evidence: [evidence] };
}

function dataLinks(lines: readonly LineageLine[]): NonNullable<LineageLine['link']>[] {
  return lines.flatMap(({ link }) => (link && DATA_KINDS.includes(link.kind) ? [link] : []));
}

/** Of the two ends of a file, the evidence that is ambiguous, else that of the use. */
function weaker(written_by: Evidence, used: Evidence): Evidence {
  return written_by.endsWith('-ambiguous') ? written_by : used;
}

/** Names of data, by the id under which it is printed: those that are told, and those under which the activities wrote its content. */
function namesIn(lines: readonly LineageLine[]): Map<string, string[]> {
  return new Map(
    lines.flatMap(({ node }) => {
      if (node?.type !== 'artifact') return [];
      const sha256 = /^artifact:sha256:(.+)$/.exec(node.id)?.[1] ?? '';
      return [[node.id, [...new Set([...(node.names ?? []), ...(written.get(sha256) ?? [])])]]];
    }),
  );
}

function foundEnd(
  id: string,
  runs: ReadonlyMap<string, LabRun>,
  names: ReadonlyMap<string, string[]>,
): Found {
  const run = runs.get(id.replace(/^run:/, ''));
  return run ? { kind: 'run', run } : { kind: 'file', names: names.get(id) ?? [id] };
}

/** Whether an end that was found is the one that a label names, for a case. */
export function isEnd(end: End, at: Found, of_case: string): boolean {
  if (end.kind === 'file') return at.kind === 'file' && at.names.some((name) => end.name.test(name));
  if (at.kind === 'file') return false;
  const { run } = at;
  return (
    run.case === of_case &&
    run.child === end.child &&
    run.type === end.type &&
    (end.nth === '*' || run.nth === end.nth) &&
    run.execution === end.execution &&
    (end.attempt === undefined ? run.last : run.attempt === end.attempt)
  );
}

/** An end as a label would name it. */
export function nameOfEnd(at: Found): string {
  if (at.kind === 'file')
    return `[${[...new Set(at.names.map((name) => name.split('/').at(-1) || name))].join(' = ')}]`;
  const { child, type, nth, execution, attempt, last } = at.run;
  const where = child === '' ? '' : `${child}/`;
  return `${where}${type}${nth === 1 ? '' : `#${nth}`}${execution === 1 ? '' : `@${execution}`}${last ? '' : `!${attempt}`}`;
}
