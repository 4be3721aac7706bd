/**
 * Resolves a text that may name a run or an execution: by workflow id, or by Temporal's run id. Node only.
 * @module
 */
import { AmbiguousError, ProvenanceError } from '../../errors';
import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import { columnOf } from '../../filter/fields';
import { type RunRecord, SCHEMA_VERSION } from '../../model/documents';
import type { ExecutionRecord } from '../../model/execution';
import { isUid, MIN_UID_PART_LENGTH } from '../../model/ids';
import type { RunReference } from '../../store/interface/queries';
import type { Store } from '../../store/store';
import { byStart, executionHas, runHas } from '../conditions';
import type { Answer, Scope } from '../scope';
import { instant } from '../words';
import { findRun, parseReference, RUN_ARGUMENT } from './run-reference';
import { mentionOthers, scanOf } from './scans';

/** Help text for an argument that names a run or an execution. */
export const SUBJECT_ARGUMENT = `run: ${RUN_ARGUMENT}; or execution: workflow id (its newest run) or Temporal's run id (or its first characters)`;

/** A run or an execution. */
export type Subject = { run: RunRecord } | { execution: ExecutionRecord };

/** Says whether a run or an execution is meant, if the caller specified it. */
export interface Wanted {
  run?: boolean;
  execution?: boolean;
}

const RUN_ID_PART = /^[0-9a-f-]+$/;

/**
 * The run or execution that a text names.
 * @throws (rejects) ProvenanceError NOT_FOUND; AMBIGUOUS if it names both and neither is certain
 */
export async function findSubject(scope: Scope, word: string, wanted: Wanted = {}): Promise<Answer<Subject>> {
  if (wanted.run) return asSubject(await findRun(scope, word));
  const [whole] = wanted.execution ? [] : await runOfUid(scope.store, word);
  if (whole) return { value: { run: whole }, remarks: [] };
  const execution = await findExecution(scope.store, word);
  const scan = wanted.execution && execution ? undefined : await findScan(scope, word);
  if (wanted.execution) {
    if (execution) return { value: { execution }, remarks: [] };
    if (scan) return { value: { execution: scan.value }, remarks: scan.remarks };
    throw new ProvenanceError('NOT_FOUND', `No execution '${word}' in ${scope.store.location}.`);
  }
  const also = execution ? [alsoWorkflow(word, execution)] : [];
  if (scan) return { value: { execution: scan.value }, remarks: [...scan.remarks, ...also] };
  if (!execution) return asSubject(await asRun(scope, word));
  const run = await firstOf(scope.store, referencesOf(word, scope.lab));
  if (!run) return { value: { execution }, remarks: [] };
  if (run.by === 'uid-part') throw namesBoth(word, run.record, execution);
  const { value, remarks } = await findRun(scope, word);
  return { value: { run: value }, remarks: [...also, ...remarks] };
}

/**
 * The execution that a text names. If only its runs are recorded, it is built from their facts.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS
 */
export async function findOneExecution(scope: Scope, word: string): Promise<Answer<ExecutionRecord>> {
  const { value, remarks } = await findSubject(scope, word, { execution: true });
  return { value: (value as { execution: ExecutionRecord }).execution, remarks };
}

/** The run of a whole uid, which names nothing else. Tried first, since most references come from links. */
async function runOfUid(store: Store, word: string): Promise<RunRecord[]> {
  const uid = word.trim().toLowerCase();
  return isUid(uid) ? store.resolve({ by: 'uid', uid }) : [];
}

function asSubject({ value, remarks }: Answer<RunRecord>): Answer<Subject> {
  return { value: { run: value }, remarks };
}

function namesBoth(word: string, run: RunRecord, { start }: ExecutionRecord): ProvenanceError {
  return new AmbiguousError(
    `'${word}' names run ${run.start.uid} and execution ${start.workflow_id} (${start.run_id}): add --run or --execution.`,
    [run.start.uid, start.run_id],
  );
}

function alsoWorkflow(word: string, { start }: ExecutionRecord): string {
  return `'${word}' is also a workflow id, of run ${start.run_id}: use --execution to show it.`;
}

/** The execution that a scan id names; undefined if the number belongs to one run. */
async function findScan({ store, lab }: Scope, word: string): Promise<Answer<ExecutionRecord> | undefined> {
  const reference = referencesOf(word, lab).find(({ by }) => by === 'scan-id');
  if (!reference) return undefined;
  const { root, others } = scanOf(await store.resolve(reference));
  if (root === undefined) return undefined;
  const execution = (await store.execution(root)) ?? (await stub(store, root));
  return execution && { value: execution, remarks: others.length > 0 ? [mentionOthers(word, others)] : [] };
}

async function asRun(scope: Scope, word: string): Promise<Answer<RunRecord>> {
  if (referencesOf(word, scope.lab).length > 0 || /^-\d+$/.test(word)) return findRun(scope, word);
  throw new ProvenanceError(
    'NOT_FOUND',
    `'${word}' names neither a run nor an execution in ${scope.store.location}: use a ${RUN_ARGUMENT}, a workflow id, or Temporal's run id.`,
  );
}

function referencesOf(word: string, lab: string): RunReference[] {
  try {
    return parseReference(word, lab);
  } catch {
    return [];
  }
}

async function firstOf(store: Store, references: readonly RunReference[]) {
  for (const reference of references) {
    const [record] = await store.resolve(reference);
    if (record) return { record, by: reference.by };
  }
  return undefined;
}

/**
 * Finds an execution by workflow id (its newest run), by Temporal's run id, or by the beginning of a run id.
 */
async function findExecution(store: Store, word: string): Promise<ExecutionRecord | undefined> {
  const text = word.trim();
  const exact = (await store.execution(text.toLowerCase())) ?? (await store.execution(text));
  if (exact) return exact;
  const [newest] = await store.executions({
    filter: { where: executionHas('workflow_id', text), order: byStart('desc') },
    limit: 1,
  });
  if (newest) return newest;
  const part = text.toLowerCase();
  if (part.length >= MIN_UID_PART_LENGTH && RUN_ID_PART.test(part) && !part.startsWith('-')) {
    const field = columnOf(EXECUTION_FIELDS, 'run_id');
    const where = { op: 'starts-with', field, prefix: part, negated: false } as const;
    const found = await store.executions({ filter: { where }, limit: 10 });
    if (found.length > 1) throw severalExecutions(word, found);
    if (found[0]) return found[0];
  }
  return stub(store, text);
}

/**
 * An execution that only its runs name: its own facts have not arrived (workers without the workflow module).
 */
async function stub(store: Store, word: string): Promise<ExecutionRecord | undefined> {
  const where = {
    op: 'or' as const,
    conditions: [runHas('run_id', word), runHas('workflow_id', word)],
  };
  const [run] = await store.runs({ filter: { where }, limit: 1 });
  if (!run) return undefined;
  const { temporal } = run.start;
  const { workflow_id = '', run_id = '', namespace } = temporal;
  const known = await store.execution(run_id);
  return (
    known ?? {
      start: {
        schema_version: SCHEMA_VERSION,
        namespace,
        workflow_id,
        run_id,
        workflow_type: temporal.workflow_type ?? '',
        start_time: run.start.time,
        task_queue: temporal.task_queue,
        first_execution_run_id: temporal.first_execution_run_id ?? run_id,
        attempt: 1,
        ...(temporal.parent && { parent: { namespace, ...temporal.parent } }),
        ...(temporal.root && { root: temporal.root }),
        ...(temporal.schedule_id && { schedule_id: temporal.schedule_id }),
        ...(temporal.scheduled_start_time !== undefined && {
          scheduled_start_time: temporal.scheduled_start_time,
        }),
        origin: 'sandbox',
      },
      observed: null,
      settled: null,
    }
  );
}

function severalExecutions(word: string, found: readonly ExecutionRecord[]): ProvenanceError {
  const names = found.map(
    ({ start }) => `${start.run_id} (${start.workflow_id}, ${instant(start.start_time)})`,
  );
  return new AmbiguousError(
    `'${word}' matches several run ids: ${names.join(', ')}.`,
    found.map(({ start }) => start.run_id),
  );
}
