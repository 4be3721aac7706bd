/**
 * Everything in a store about a run: its documents, the attempts of its activity, its environment and session,
 * its progress, and late reports. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Checkpoint, LogLine } from '../../model/progress';
import type { LateReport } from '../../store/interface/settling';
import type { RunData } from '../lineage/data-answers';
import { runDataOf } from '../lineage/run-data';
import type { Scope } from '../scope';
import { environmentOf } from './environments';

/** Checkpoints of an earlier attempt. */
interface EarlierCheckpoints {
  /** uid of that attempt's run. */
  run_start: string;
  attempt: number;
  checkpoints: readonly Checkpoint[];
}

/** The progress of a run. */
export interface Progress {
  /** Checkpoints of earlier attempts that left any, oldest first: this run continues from them. */
  before: readonly EarlierCheckpoints[];
  checkpoints: readonly Checkpoint[];
  log: readonly LogLine[];
}

/** A run with all that is known about it. */
export interface RunStory {
  run: RunRecord;
  /** The attempts of its activity, oldest first, including itself. */
  attempts: readonly RunRecord[];
  environment: Environment | null;
  session: WorkerSession | null;
  /** Reports that came after the run's final outcome. */
  late: readonly LateReport[];
  progress: Progress;
  /** Inputs and outputs; absent if nothing is recorded about them. */
  data?: RunData;
}

/** Reads the story of a run. */
export async function runStoryOf(scope: Scope, run: RunRecord): Promise<RunStory> {
  const { store } = scope;
  const { uid, provenance } = run.start;
  const data = await runDataOf(scope, run);
  return {
    run,
    ...(data && { data }),
    attempts: await store.attempts(uid),
    environment: await environmentOf(store, run),
    session: provenance.session ? await store.session(provenance.session) : null,
    late: await store.lateReports({ run_start: uid }),
    progress: { ...(await checkpointsOf(scope, run)), log: await store.log({ run_start: uid }) },
  };
}

/** Checkpoints of a run, and of the attempts before it that left any. */
export async function checkpointsOf(
  { store }: Scope,
  { start }: RunRecord,
): Promise<Pick<Progress, 'before' | 'checkpoints'>> {
  const attempts = await store.attempts(start.uid);
  const own = attempts.findIndex((one) => one.start.uid === start.uid);
  const before = await Promise.all(
    attempts.slice(0, Math.max(0, own)).map(async ({ start: { uid, temporal } }) => ({
      run_start: uid,
      attempt: temporal.attempt,
      checkpoints: await store.checkpoints(uid),
    })),
  );
  return {
    before: before.filter(({ checkpoints }) => checkpoints.length > 0),
    checkpoints: await store.checkpoints(start.uid),
  };
}

/** The output of `show RUN --json`: the documents, and the requested additions. */
export interface RunDocument extends RunRecord {
  late_reports?: LateReport[];
  data?: RunData;
  checkpoints?: readonly Checkpoint[];
  checkpoints_before?: readonly EarlierCheckpoints[];
  log?: LogLine[];
}

/** The documents of a run, with its checkpoints and its log if wanted. */
export async function runDocument(
  scope: Scope,
  run: RunRecord,
  wanted: { checkpoints?: boolean; log?: boolean },
): Promise<RunDocument> {
  const { store } = scope;
  const owner = { run_start: run.start.uid };
  const late = await store.lateReports(owner);
  const data = await runDataOf(scope, run);
  const progress = wanted.checkpoints ? await checkpointsOf(scope, run) : undefined;
  return {
    ...run,
    ...(late.length > 0 && { late_reports: late }),
    ...(data && { data }),
    ...(progress && { checkpoints: progress.checkpoints, checkpoints_before: progress.before }),
    ...(wanted.log && { log: await store.log(owner) }),
  };
}
