/**
 * Settles what a worker could not settle: looks up each execution, and each standalone activity, that has unsettled runs. It
 * judges the runs and writes Temporal's outcome. It works page by page, so that a durable workflow can continue after an
 * interruption. Idempotent.
 * @module
 */
import { type ExecutionAddress, SCHEMA_VERSION, settledDocument } from '../model/documents';
import type { WorkerSession } from '../model/environment';
import type { ExecutionClose } from '../model/execution';
import type { JsonObject } from '../model/json';
import type { KnownRun, UnsettledActivity, UnsettledExecution } from '../store/interface/settling';
import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';
import { type ActivityHistory, readActivities } from '../temporal/activity-history';
import { readDecisions } from '../temporal/decision-history';
import {
  closingStatus,
  readBuild,
  readExecutionClose,
  readExecutionStart,
} from '../temporal/execution-history';
import {
  type HistoryReader,
  type HistoryValues,
  historyReader,
  holdsText,
  isEncoded,
  isWithheld,
} from '../temporal/history-values';
import { askedRecords } from './asked';
import { emptyCounts, type ReconcileCounts, type ReconcileCursor, tally } from './counts';
import { recordLoss, unknownEvents } from './histories/history-losses';
import type { ActivityLook, HistorySource, Look } from './histories/history-source';
import { type ExecutionEvidence, judgeRuns } from './judge';
import { forEachConcurrently } from './pace';
import { PageWriter } from './page-writer';
import { standaloneEvidence } from './standalone';
import { unrecordedAttempts } from './unrecorded';

interface ReconcileOptions {
  store: Store;
  source: HistorySource;
  values: HistoryValues;
  concurrency: number;
  /** Executions per page. */
  page_size: number;
  /** Runs that opened after this instant (UNIX seconds) are left to their workers. */
  opened_before: number;
}

interface ReconcilePage {
  counts: ReconcileCounts;
  /** The position of the next page; absent after the last one. */
  next?: ReconcileCursor;
}

/** Reconciles one page from `after` on: executions, and after the last of them standalone activities. */
export async function reconcilePage(
  options: ReconcileOptions,
  after: ReconcileCursor = { part: 'executions', after: 0 },
): Promise<ReconcilePage> {
  const counts = emptyCounts();
  const { store, source, concurrency, page_size: limit, opened_before } = options;
  // Each history is judged as it arrives: histories are large, but their conclusions are small.
  const writer = new PageWriter(store);
  let sessions: Promise<WorkerSession[]> | undefined;
  const shared: PageOptions = {
    ...options,
    sessions: () => {
      sessions ??= store.sessions(SESSIONS_LOOKED_AT);
      return sessions;
    },
  };
  let next: ReconcileCursor | undefined = after;
  if (next.part === 'executions') {
    const page = await store.unsettled({ limit, after: next.after, opened_before });
    next = cursor('executions', page.next) ?? { part: 'activities', after: 0 };
    await forEachConcurrently(page.executions, concurrency, async (execution) => {
      const look = await source.look(execution);
      await writer.add(await conclude(execution, look, shared, counts));
    });
  }
  if (next.part === 'activities') {
    const page = await store.unsettledStandalone({ limit, after: next.after, opened_before });
    next = cursor('activities', page.next);
    await forEachConcurrently(page.activities, concurrency, async (activity) => {
      const look = await source.lookActivity?.(activity);
      if (look) await writer.add(await concludeStandalone(activity, look, shared, counts));
    });
  }
  await writer.flush();
  return { counts, next };
}

function cursor(part: ReconcileCursor['part'], after: number | undefined): ReconcileCursor | undefined {
  return after === undefined ? undefined : { part, after };
}

/** Worker sessions whose rules are read, the newest first. */
const SESSIONS_LOOKED_AT = 1000;

interface PageOptions extends ReconcileOptions {
  /** They are read when first needed. */
  sessions(): Promise<WorkerSession[]>;
}

async function conclude(
  execution: UnsettledExecution,
  look: Look,
  options: PageOptions,
  counts: ReconcileCounts,
): Promise<WriteRecord[]> {
  counts.executions += 1;
  if (look.kind === 'unavailable') tally(counts.unavailable, look.reason);
  const reader = historyReader(options.values, await isEncrypted(execution, look, options.store));
  const unrecorded = await unrecordedAttempts(execution, look, { ...options, reader }, counts);
  const records: WriteRecord[] = [];
  if (look.kind === 'history' && !unrecorded.waiting)
    records.push(...(await executionRecords(execution, look.events, reader, counts)));
  else if (look.kind === 'gone' && !execution.closed)
    records.push({ kind: 'execution-close', close: closeOfDeleted(execution, look.reason, counts) });
  records.push(...(await askedRecords(execution, look, { ...options, reader }, counts)));
  records.push(...unrecorded.records);
  records.push(...settle(execution.runs, evidenceOf(execution, look), { look, options, reader, counts }));
  return records;
}

async function concludeStandalone(
  activity: UnsettledActivity,
  look: ActivityLook,
  options: ReconcileOptions,
  counts: ReconcileCounts,
): Promise<WriteRecord[]> {
  counts.activities += 1;
  if (look.kind === 'unavailable') tally(counts.unavailable, look.reason);
  const uid = activity.runs[0]?.uid ?? '';
  const encrypted = (await options.store.resolve({ by: 'uid', uid })).some(isWithheld);
  const reader = historyReader(options.values, encrypted);
  return settle(activity.runs, standaloneEvidence(activity, look), { look, options, reader, counts });
}

interface Settling {
  look: Look | ActivityLook;
  options: ReconcileOptions;
  reader: HistoryReader;
  counts: ReconcileCounts;
}

function settle(
  runs: readonly KnownRun[],
  evidence: ExecutionEvidence,
  { look, options, reader, counts }: Settling,
): WriteRecord[] {
  const judgements = judgeRuns(runs, evidence);
  if (look.kind !== 'unavailable')
    counts.under_way += runs.filter(({ settled }) => !settled).length - judgements.length;
  const time = Date.now() / 1000;
  return judgements.map(({ uid, outcome, evidence: found }) => {
    tally(counts.settled, outcome);
    const recorded = { ...recordedEvidence(found, look, reader), read_from: options.source.name };
    return {
      kind: 'settled',
      document: settledDocument({ run_start: uid, time, outcome, evidence: recorded }),
    };
  });
}

/** Returns evidence as it is recorded: its text masked or withheld, and the exact reason if the history no longer exists. */
function recordedEvidence(
  evidence: JsonObject,
  look: Look | ActivityLook,
  reader: HistoryReader,
): JsonObject {
  const { failure, reason } = evidence;
  return {
    ...evidence,
    ...(typeof failure === 'string' && { failure: reader.text(failure) }),
    ...(look.kind === 'gone' && reason === 'history_gone' && { reason: look.reason }),
  };
}

/** True if the lab encrypts the execution's payloads. Its history shows this, or values that its worker withheld. */
async function isEncrypted(execution: UnsettledExecution, look: Look, store: Store): Promise<boolean> {
  if (look.kind !== 'history') return false;
  if (isEncoded(look.events) || (execution.observed && isWithheld(execution.observed))) return true;
  const failing = [...look.pending.attempts.values()].some(({ last_failure }) => last_failure);
  if (!failing && !look.events.some(holdsText)) return false;
  return (await store.recorded([execution.run_id])).some(({ withheld }) => withheld);
}

async function executionRecords(
  address: UnsettledExecution,
  events: Extract<Look, { kind: 'history' }>['events'],
  reader: HistoryReader,
  counts: ReconcileCounts,
): Promise<WriteRecord[]> {
  const records: WriteRecord[] = [];
  if (!address.has_start) {
    const start = await readExecutionStart(events[0], place(address), reader);
    if (start) records.push({ kind: 'execution', start: { ...start, ...readBuild(events, address.run_id) } });
  }
  const close = address.closed ? undefined : await readExecutionClose(events, place(address), reader);
  if (close) {
    counts.closed += 1;
    records.push({ kind: 'execution-close', close });
    const unknown = unknownEvents(place(address), events);
    if (unknown) records.push(recordLoss(counts.losses, unknown));
    for (const decision of readDecisions(events, place(address), reader))
      records.push({ kind: 'decision', decision });
  }
  return records;
}

/** Returns the close of an execution that the server no longer has: as the sandbox saw it, otherwise `lost`. */
function closeOfDeleted(
  execution: UnsettledExecution,
  reason: string,
  counts: ReconcileCounts,
): ExecutionClose {
  counts.closed += 1;
  const seen: ExecutionClose = execution.observed ?? {
    schema_version: SCHEMA_VERSION,
    ...place(execution),
    close_time: Date.now() / 1000,
    status: 'lost',
    origin: 'server',
  };
  return { ...seen, reason, origin: 'server' };
}

function place({ namespace, workflow_id, run_id }: ExecutionAddress): ExecutionAddress {
  return { namespace, workflow_id, run_id };
}

function evidenceOf(execution: UnsettledExecution, look: Look): ExecutionEvidence {
  const nothing = { run_id: execution.run_id, activities: new Map(), pending: new Map() };
  if (look.kind === 'gone') return { source: 'gone', ...nothing };
  // As with a running execution, the only evidence is the other runs in the store.
  if (look.kind === 'unavailable') return { source: 'history', ...nothing };
  const activities = new Map<string, ActivityHistory[]>();
  for (const activity of readActivities(look.events, execution.run_id)) {
    const of = activities.get(activity.activity_id);
    if (of) of.push(activity);
    else activities.set(activity.activity_id, [activity]);
  }
  const last = look.events.at(-1);
  const status = last && closingStatus(last);
  return {
    source: 'history',
    run_id: execution.run_id,
    activities,
    pending: look.pending.attempts,
    ...(status && { closed: { status } }),
  };
}
