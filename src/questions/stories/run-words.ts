/**
 * Sentences about a run: how it ended, who recorded it, late reports, its caller. Node only.
 * @module
 */
import type { ExecutionAddress, RunRecord } from '../../model/documents';
import type { ExecutionClose, ExecutionStart } from '../../model/execution';
import { seenStatus, statusOf, statusOfWords } from '../status';
import { instant } from '../words';
import type { RunStory } from './run-story';

/** The source of a record that the worker did not write, by `provenance.origin`. */
export const ORIGINS: Readonly<Record<string, string>> = {
  history: 'backfill, from the history, which holds no more than this',
  workflow: "the workflow that called it: its worker doesn't have the plugin",
};

/**
 * One sentence on how it ended, and who reported it. The worker's report is added only if it differs from
 * Temporal's.
 */
export function endText(run: RunRecord): string | undefined {
  const { stop, settled } = run;
  const status = statusOf(run);
  const seen = seenStatus(run);
  const why = stop?.temporal?.cancellation ? ` (${stop.temporal.cancellation})` : '';
  if (!settled) {
    if (seen === 'async') return 'its code returned; it completes asynchronously';
    return seen && `${seen}${why}, reported by its worker; Temporal's outcome is not known yet`;
  }
  const agree = seen === undefined || seen === 'async' || status.startsWith(seen);
  const other = agree
    ? ''
    : `; its worker saw ${seen === 'completed' ? 'the code return' : `it as ${seen}`}${why}`;
  const none = seen === undefined && !run.start.provenance.origin ? '; its worker recorded no end' : '';
  return `${status}${agree ? why : ''}, reported by Temporal${other}${none}`;
}

/** A report that came after the final outcome, in one line. */
export function lateText({ kind, document }: RunStory['late'][number]): string {
  switch (kind) {
    case 'stop':
      return `${statusOfWords(document)} at ${instant(document.time)}, by a worker`;
    case 'settled':
      return `${statusOfWords(document)} at ${instant(document.time)}, by ${String(document.evidence.source)}`;
    case 'execution-close':
      return `${document.status} at ${instant(document.close_time)}, by the server`;
  }
}

/** The schedule that started it, and the time that it represents. */
export function scheduleText({
  schedule_id = '',
  scheduled_start_time: meant,
}: Pick<ExecutionStart, 'schedule_id' | 'scheduled_start_time'>): string {
  return meant === undefined ? schedule_id : `${schedule_id}, for ${instant(meant)}`;
}

/** The caller of the Nexus operation that started it. The namespace is included, since it may be another. */
export function callerText({ namespace, workflow_id, run_id }: ExecutionAddress): string {
  return `${workflow_id}, run id ${run_id}, by Nexus from ${namespace}`;
}

/**
 * The frame of a stack in the lab's own code, `fit (/srv/pipeline/model.ts:41:7)`; else its first; undefined if
 * it has none.
 */
export function ownFrame(stack: string | undefined): string | undefined {
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const frame = frames.find((line) => !isForeign(line)) ?? frames[0];
  return frame?.trim().replace(/^at /, '');
}

/** A frame of a library or of the runtime, which a lab does not look at first. */
function isForeign(frame: string): boolean {
  return /[\\/]node_modules[\\/]|\(node:|at node:/.test(frame);
}

/** True for a level of log lines that a reader with a problem wants to see first. */
export function isProblem(level: string): boolean {
  return /^(warn|error|fatal)/i.test(level);
}

/** Who reported the end of an execution: the server if it has settled it, else its worker. The text is not escaped. */
export function reporterText(settled: Pick<ExecutionClose, 'reason'> | null): string {
  if (!settled) return 'reported by its worker; reconcile asks the server';
  const { reason } = settled;
  if (reason === 'history_gone') return "reported by its worker, if at all: the server's history is deleted";
  return reason ? `reported by the server: ${reason}` : 'reported by the server';
}
