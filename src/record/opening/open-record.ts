/**
 * The records of a run that opens, and of one that is refused. Node only.
 * @module
 */
import { type ProvenanceStart, SCHEMA_VERSION } from '../../model/documents';
import { WAIT_S } from '../../model/not-run';
import type { OpenRecord, RefusalRecord } from '../../store/interface/written';
import { newUid } from '../uid';
import type { PreparedRun } from './prepare-run';

/** Returns the record of a refused run. If the run waits, the record contains the time of the next attempt. */
export function toRefusalRecord(prepared: PreparedRun, mode: 'fail' | 'wait'): RefusalRecord {
  const { draft } = prepared;
  const { metadata, sources, issues } = prepared.judged;
  const waiting = mode === 'wait' && { next_time: draft.time + WAIT_S };
  return {
    kind: 'refusal',
    refusal_id: newUid(),
    time: draft.time,
    lab: draft.lab,
    issues,
    document: JSON.stringify({ fields: metadata, sources, temporal: draft.temporal, ...waiting }),
  };
}

/** Returns the record of a run for the store. Issues in it are faults that do not refuse the run. */
export function toOpenRecord(prepared: PreparedRun): OpenRecord {
  const { draft } = prepared;
  const { temporal } = draft;
  return {
    kind: 'open',
    uid: draft.uid,
    time: draft.time,
    lab: draft.lab,
    scan_id: prepared.scan_id,
    numbered: draft.numbered,
    stash_version: prepared.stash_version,
    metadata: prepared.judged.metadata_text,
    facts: JSON.stringify({ temporal, provenance: provenanceOf(prepared) }),
    namespace: temporal.namespace,
    workflow_id: temporal.workflow_id ?? null,
    run_id: temporal.run_id ?? null,
    workflow_type: temporal.workflow_type ?? null,
    activity_id: temporal.activity_id,
    activity_type: temporal.activity_type,
    attempt: temporal.attempt,
    is_local: temporal.is_local,
    task_queue: temporal.task_queue,
    scheduled_time: temporal.scheduled_time,
    environment_id: draft.environment ?? null,
    session_id: draft.session_id ?? null,
    retry_of: draft.retry_of ?? null,
    share_scan_id: draft.share_scan_id,
    ...(draft.scan_root !== undefined && { scan_root: draft.scan_root }),
    ...(prepared.scan_offer !== undefined && { scan_offer: prepared.scan_offer }),
    ...(temporal.activity_run_id && { activity_run_id: temporal.activity_run_id }),
  };
}

/** Members that are `undefined` are left out of the text. */
function provenanceOf({
  draft,
  judged,
  unvalidated,
  scan_id,
}: PreparedRun): Omit<ProvenanceStart, 'sources'> {
  const { rules, issues, redactions } = judged;
  return {
    schema_version: SCHEMA_VERSION,
    lab: draft.lab,
    environment: draft.environment,
    code: draft.code,
    session: draft.session_id,
    predecessors: draft.predecessors,
    predecessors_partial: draft.predecessors_partial,
    scan_root: draft.numbered && scan_id === undefined ? draft.scan_root : undefined,
    rules,
    issues: issues.length > 0 ? issues : undefined,
    unvalidated,
    redactions: sumOf(draft.redactions, redactions),
  };
}

type Counts = { [rule: string]: number } | undefined;

/** Adds counts by rule; undefined if there are none. */
export function sumOf(some: Counts, others: Counts): Counts {
  if (!some || !others) return some ?? others;
  const sum = { ...some };
  for (const [rule, count] of Object.entries(others)) sum[rule] = (sum[rule] ?? 0) + count;
  return sum;
}
