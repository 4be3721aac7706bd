/**
 * Compares two runs, two executions or two environments, field by field. This file reads what the comparison
 * needs; the other files of the folder compare, and read nothing. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { DataDocument } from '../../model/data';
import type { RunRecord } from '../../model/documents';
import type { Environment } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';
import { runDataOf } from '../lineage/run-data';
import { findSubject, SUBJECT_ARGUMENT } from '../references/subject';
import type { Answer, Scope } from '../scope';
import { executionStatus, secondsOf, statusOf } from '../status';
import { environmentOf, fact, findEnvironment, keptText, shortDigest } from '../stories/environments';
import { packageRows } from '../stories/packages';
import { counted } from '../words';
import type { Diff, DiffPart, DiffPartName, DiffSubject } from './answer';
import { type ComparedCode, codeParts } from './code-parts';
import { executionParts } from './execution-parts';
import { partOf, summed } from './part';
import { type ComparedRun, metadataRowsOf, runParts } from './run-parts';

/** Help text for what can be compared. */
export const DIFF_ARGUMENT = `${SUBJECT_ARGUMENT}; or environment: its id, sha256:…`;

/** The most activities of an execution that are compared. */
const MANY_RUNS = 1_000;
/**
 * The most activities of an execution whose data are read. In the others, names in arguments are compared as
 * text.
 */
const MANY_DOCUMENTS = 200;
const ORDER: readonly DiffPartName[] = [
  'state',
  'activities',
  'code',
  'changes',
  'packages',
  'arguments',
  'used',
  'metadata',
  'result',
  'generated',
  'circumstances',
];

type Compared = { run: RunRecord } | { execution: ExecutionRecord } | { environment: Environment };

/**
 * Compares what two references name.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS; REFERENCE_INVALID if the two are of different kinds
 */
export async function diffOf(scope: Scope, words: { a: string; b: string }): Promise<Answer<Diff>> {
  const [a, b] = [await named(scope, words.a), await named(scope, words.b)];
  const [left, right] = [subjectOf(a.value), subjectOf(b.value)];
  if (left.of !== right.of)
    throw new ProvenanceError(
      'REFERENCE_INVALID',
      `'${words.a}' names ${KINDS[left.of]} and '${words.b}' ${KINDS[right.of]}: name two of the same kind.`,
    );
  const { parts, remarks } = await partsOf(scope, a.value, b.value);
  const sorted = parts.toSorted((one, two) => ORDER.indexOf(one.name) - ORDER.indexOf(two.name));
  const compared = sorted.filter(({ name }) => name !== 'circumstances').map(({ counts }) => counts);
  const value = { a: left, b: right, counts: summed(compared), parts: sorted };
  return { value, remarks: [...a.remarks, ...b.remarks, ...sameRemarks(left, right), ...remarks] };
}

const KINDS = { run: 'a run', execution: 'an execution', environment: 'an environment' } as const;

async function named(scope: Scope, word: string): Promise<Answer<Compared>> {
  if (!/^sha256:/i.test(word)) return findSubject(scope, word);
  const { value, remarks } = await findEnvironment(scope, word);
  return { value: { environment: value }, remarks };
}

function subjectOf(compared: Compared): DiffSubject {
  if ('environment' in compared) {
    const { id, captured_time } = compared.environment;
    return { of: 'environment', id, label: shortDigest(id), time: captured_time };
  }
  if ('execution' in compared) {
    const { execution } = compared;
    const { run_id, workflow_type, start_time } = execution.start;
    const status = executionStatus(execution);
    return { of: 'execution', id: run_id, label: workflow_type, status, time: start_time };
  }
  const { start } = compared.run;
  const took = secondsOf(compared.run);
  return {
    of: 'run',
    id: start.uid,
    label: start.temporal.activity_type,
    ...(start.scan_id !== undefined && { scan_id: start.scan_id }),
    status: statusOf(compared.run),
    time: start.time,
    ...(took !== undefined && { took_ms: took * 1000 }),
  };
}

/** Remarks about the two subjects that come before the rest. */
function sameRemarks(a: DiffSubject, b: DiffSubject): string[] {
  if (a.id === b.id) return [`A and B are the same ${a.of}, so there is no difference.`];
  if (a.of === 'run' && a.label !== b.label)
    return ['These are runs of different activities: their fields are compared by name.'];
  if (a.of === 'execution' && a.label !== b.label)
    return ['These are executions of different workflows: their fields are compared by name.'];
  return [];
}

interface Parts {
  parts: DiffPart[];
  remarks: string[];
}

async function partsOf(scope: Scope, a: Compared, b: Compared): Promise<Parts> {
  if ('run' in a && 'run' in b) return ofRuns(scope, a.run, b.run);
  if ('execution' in a && 'execution' in b) return ofExecutions(scope, a.execution, b.execution);
  const [one, two] = [a, b] as [{ environment: Environment }, { environment: Environment }];
  return { parts: await ofCode(scope, one.environment, two.environment), remarks: [] };
}

async function ofRuns(scope: Scope, a: RunRecord, b: RunRecord): Promise<Parts> {
  const [one, two] = [await comparedRun(scope, a), await comparedRun(scope, b)];
  const behind = Math.max(one.data?.behind ?? 0, two.data?.behind ?? 0);
  return {
    parts: [...runParts(one, two), ...(await ofCodeOfRuns(scope, a, b))],
    remarks: behind > 0 ? ['The last records are not linked yet: try again in a moment.'] : [],
  };
}

async function comparedRun(scope: Scope, run: RunRecord): Promise<ComparedRun> {
  const { store } = scope;
  const { uid, provenance } = run.start;
  return {
    run,
    session: provenance.session ? await store.session(provenance.session) : null,
    data: await runDataOf(scope, run),
    recorded: await recordedData(store, uid),
  };
}

/** The data document of a run: what it used and generated. */
async function recordedData(store: Store, uid: string): Promise<DataDocument | undefined> {
  const by = { column: 'run_start', value: uid };
  const [document] = await store.documents({ of: 'data', by, limit: 1 });
  return document as unknown as DataDocument | undefined;
}

async function ofCodeOfRuns(scope: Scope, a: RunRecord, b: RunRecord): Promise<DiffPart[]> {
  return ofCode(scope, await environmentOf(scope.store, a), await environmentOf(scope.store, b));
}

/** If both have the same id, the facts that the id covers are equal and are not read. */
async function ofCode(scope: Scope, a: Environment | null, b: Environment | null): Promise<DiffPart[]> {
  const sets = [a, b].map((one) => one && fact(one, 'packages.npm.set'));
  const withPackages = sets[0] !== sets[1];
  return codeParts(await comparedCode(scope, a, withPackages), await comparedCode(scope, b, withPackages));
}

async function comparedCode(
  scope: Scope,
  environment: Environment | null,
  withPackages: boolean,
): Promise<ComparedCode> {
  if (!environment) return { environment, patch: undefined, packages: undefined };
  const packages = withPackages ? await kept(scope, environment, 'packages') : undefined;
  return {
    environment,
    patch: await kept(scope, environment, 'patch'),
    packages: packages === undefined ? undefined : packageRows(packages),
  };
}

async function kept(scope: Scope, environment: Environment, what: 'patch' | 'packages') {
  try {
    return await keptText(scope, environment, what);
  } catch (error) {
    if (ProvenanceError.is(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function ofExecutions(scope: Scope, a: ExecutionRecord, b: ExecutionRecord): Promise<Parts> {
  const [one, two] = [await activitiesOf(scope.store, a), await activitiesOf(scope.store, b)];
  const cut = [one, two].some(({ length }) => length > MANY_RUNS);
  const [left, right] = [one, two].map((runs) => runs.slice(-MANY_RUNS)) as [RunRecord[], RunRecord[]];
  const recorded = await recordedDataOfAll(
    scope.store,
    [left, right].flatMap((runs) => runs.slice(0, MANY_DOCUMENTS)),
  );
  const parts = executionParts(
    { execution: a, runs: left, recorded },
    { execution: b, runs: right, recorded },
  );
  const remarks = cut
    ? [`The last ${counted(MANY_RUNS, 'activity', 'activities')} of each are compared.`]
    : [];
  const [first, second] = [left[0], right[0]];
  if (!first || !second) return { parts, remarks };
  const ofFirst = [
    partOf('metadata', metadataRowsOf(first, second), ['Of the first activity of each.']),
    ...(await ofCodeOfRuns(scope, first, second)),
  ];
  return { parts: [...parts, ...ofFirst], remarks };
}

async function recordedDataOfAll(
  store: Store,
  runs: readonly RunRecord[],
): Promise<Map<string, DataDocument>> {
  const recorded = new Map<string, DataDocument>();
  for (const { start } of runs) {
    const document = await recordedData(store, start.uid);
    if (document) recorded.set(start.uid, document);
  }
  return recorded;
}

/** The last attempt of each activity, the first recorded first. */
async function activitiesOf(store: Store, { start }: ExecutionRecord): Promise<RunRecord[]> {
  const filter = { where: runHas('run_id', start.run_id) };
  return (await store.runs({ filter, limit: MANY_RUNS + 1, fold_attempts: true })).reverse();
}
