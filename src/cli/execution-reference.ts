/**
 * What a word of `show` names: a run, or an execution by workflow id or by Temporal's run id. Node only.
 * @module
 */
import type { RunRecord } from '../model/documents';
import type { ExecutionRecord } from '../model/execution';
import { MIN_UID_PART_LENGTH } from '../model/ids';
import type { RunReference, Store } from '../store/store';
import type { Context } from './context';
import { equals } from './execution-story';
import { NotFound, UsageError } from './io';
import { findRun, parseReference, RUN_ARGUMENT } from './reference';
import { instant } from './render/instants';
import { mentionOthers, scanOf } from './scan-reference';

/** Help text for an argument that names a run or an execution. */
export const SUBJECT_ARGUMENT = `run: ${RUN_ARGUMENT}; or execution: workflow id (its newest run) or Temporal's run id (or its beginning)`;

export type Subject = { run: RunRecord } | { execution: ExecutionRecord };

/** Which of the two is meant, where it was said. */
export interface Wanted {
  run?: boolean;
  execution?: boolean;
}

const RUN_ID_PART = /^[0-9a-f-]+$/;
const NEW_FIRST = [{ field: ['start_time'], direction: 'desc' as const }];

/**
 * The run or execution that a word names.
 * @throws NotFound; UsageError where it names both and neither is certain
 */
export async function findSubject(
  context: Context,
  store: Store,
  word: string,
  wanted: Wanted,
): Promise<Subject> {
  if (wanted.run && wanted.execution) throw new UsageError('--run and --execution: one of them.');
  if (wanted.run) return { run: await findRun(context, store, word) };
  const execution = await findExecution(store, word);
  if (wanted.execution) {
    const named = execution ?? (await findScan(context, store, word));
    if (named) return { execution: named };
    throw new NotFound(`No execution '${word}' in ${store.location}.`);
  }
  const scan = await findScan(context, store, word);
  if (scan) {
    if (execution) context.note(alsoWorkflow(word, execution));
    return { execution: scan };
  }
  if (!execution) return { run: await asRun(context, store, word) };
  const references = referencesOf(word, context.lab);
  const run = await firstOf(store, references);
  if (!run) return { execution };
  if (run.by === 'uid-part') {
    const { workflow_id, run_id } = execution.start;
    throw new UsageError(
      `'${word}' names run ${run.record.start.uid} and execution ${workflow_id} (${run_id}): add --run or --execution.`,
    );
  }
  context.note(alsoWorkflow(word, execution));
  return { run: await findRun(context, store, word) };
}

function alsoWorkflow(word: string, { start }: ExecutionRecord): string {
  return `'${word}' is also a workflow id, of run ${start.run_id}: --execution shows it.`;
}

/** The execution that a scan id names; undefined where the number is that of one run. */
async function findScan(context: Context, store: Store, word: string): Promise<ExecutionRecord | undefined> {
  const reference = referencesOf(word, context.lab).find(({ by }) => by === 'scan-id');
  if (!reference) return undefined;
  const { root, others } = scanOf(await store.resolve(reference));
  if (root === undefined) return undefined;
  const execution = (await store.execution(root)) ?? (await stub(store, root));
  if (execution && others.length > 0) context.note(mentionOthers(word, others));
  return execution;
}

async function asRun(context: Context, store: Store, word: string): Promise<RunRecord> {
  if (referencesOf(word, context.lab).length > 0 || /^-\d+$/.test(word)) {
    return findRun(context, store, word);
  }
  throw new NotFound(
    `'${word}' names neither a run nor an execution in ${store.location}: give a ${RUN_ARGUMENT}, a workflow id, or Temporal's run id.`,
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

/** By workflow id (its newest run), Temporal's run id, or the beginning of one. */
async function findExecution(store: Store, word: string): Promise<ExecutionRecord | undefined> {
  const text = word.trim();
  const exact = (await store.execution(text.toLowerCase())) ?? (await store.execution(text));
  if (exact) return exact;
  const [newest] = await store.executions({
    filter: { where: equals('workflow_id', text), order: NEW_FIRST },
    limit: 1,
  });
  if (newest) return newest;
  const part = text.toLowerCase();
  if (part.length >= MIN_UID_PART_LENGTH && RUN_ID_PART.test(part) && !part.startsWith('-')) {
    const where = { op: 'starts-with', field: ['run_id'], prefix: part, negated: false } as const;
    const found = await store.executions({ filter: { where }, limit: 10 });
    if (found.length > 1) throw severalExecutions(word, found);
    if (found[0]) return found[0];
  }
  return stub(store, text);
}

/** An execution that only its runs name: its own facts have not arrived (workers without the workflow module). */
async function stub(store: Store, word: string): Promise<ExecutionRecord | undefined> {
  const where = { op: 'or' as const, conditions: [equals('run_id', word), equals('workflow_id', word)] };
  const [run] = await store.runs({ filter: { where }, limit: 1 });
  if (!run) return undefined;
  const { temporal } = run.start;
  const { workflow_id = '', run_id = '', namespace } = temporal;
  const known = await store.execution(run_id);
  return (
    known ?? {
      start: {
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

function severalExecutions(word: string, found: readonly ExecutionRecord[]): UsageError {
  const names = found.map(
    ({ start }) => `${start.run_id} (${start.workflow_id}, ${instant(start.start_time)})`,
  );
  return new UsageError(`'${word}' begins several run ids: ${names.join(', ')}.`);
}
