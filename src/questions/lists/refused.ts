/**
 * Refused activities: the refusals of one activity's attempts are combined, with the later result. Node only.
 * @module
 */

import { columnOf } from '../../filter/fields';
import type { Condition } from '../../filter/filter';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { MetadataIssue, RecordedError, TemporalStart } from '../../model/documents';
import type { JsonObject } from '../../model/json';
import { REFUSAL_TYPE } from '../../model/not-run';
import type { RefusalRecord } from '../../store/interface/written';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';
import { labsWith } from '../hints/other-labs';
import type { Scope } from '../scope';
import { endOf } from '../status';

/**
 * `waiting`: retried until its metadata is there (`onRefusal: 'wait'`). `opened`: a later attempt was not
 * refused. `ended`: it waited, and its execution has ended without it. `refused`: it failed for good.
 */
export type RefusedStatus = 'waiting' | 'opened' | 'ended' | 'refused';

/** The workflow and activity to which a refusal belongs. */
export type RefusedPlace = Partial<Pick<TemporalStart, (typeof PLACE)[number]>>;

/** An activity that a rule refused. */
export interface RefusedActivity {
  status: RefusedStatus;
  lab: string;
  temporal: RefusedPlace;
  /** Number of refusals that were read. */
  tries: number;
  /** UNIX seconds. */
  first_time: number;
  /** UNIX seconds. */
  last_time: number;
  /** When the activity is retried, UNIX seconds. Present only while it waits. */
  next_time?: number;
  /** The issues of the last refusal. */
  issues: MetadataIssue[];
  /** The metadata of the last refusal. */
  metadata: JsonObject;
  /** The uid of the run that was opened later. */
  uid?: string;
}

const PLACE = [
  'namespace',
  'workflow_id',
  'run_id',
  'workflow_type',
  'activity_id',
  'activity_type',
  'task_queue',
  'attempt',
] as const;

/** The most refusals that are read: one waiting activity leaves 2,880 a day. */
const MANY_REFUSALS = 10_000;

interface RefusalDocument {
  fields?: JsonObject;
  temporal?: Partial<TemporalStart>;
  next_time?: number;
}

type Folded = Omit<RefusedActivity, 'status' | 'uid'>;

/** Refused activities, the last refused first. `truncated`: there are older refusals that were not read. */
export async function refusedActivities(
  { store, only_lab }: Scope,
  limit: number,
  most = MANY_REFUSALS,
): Promise<{ activities: RefusedActivity[]; truncated: boolean }> {
  const refusals = await store.refusals(most, only_lab);
  const folded = [...fold(refusals).values()].slice(0, limit);
  const activities: RefusedActivity[] = [];
  for (const one of folded) activities.push({ ...one, ...(await fateOf(store, one)) });
  return { activities, truncated: refusals.length === most };
}

/** Refusals and activities that are read for {@link refusedCounts}: a few dozen reads. */
const LATEST = { refusals: 200, activities: 20 } as const;
const DAY_S = 86_400;

/** Counts of refused activities, among the latest refusals. */
export interface RefusedCounts {
  /** Activities that wait for their metadata now. */
  waiting: number;
  /** Activities that were refused for good, or ended while they waited, in the last day. */
  refused: number;
  /** True if there may be more of both, because not all were read. */
  more: boolean;
}

/** The number of activities that wait, and of those that were refused recently. @param now UNIX seconds */
export async function refusedCounts(scope: Scope, now = Date.now() / 1000): Promise<RefusedCounts> {
  const { activities, truncated } = await refusedActivities(scope, LATEST.activities, LATEST.refusals);
  const lately = activities.filter(({ last_time }) => last_time > now - DAY_S);
  return {
    waiting: activities.filter(({ status }) => status === 'waiting').length,
    refused: lately.filter(({ status }) => status === 'refused' || status === 'ended').length,
    more: truncated || activities.length === LATEST.activities,
  };
}

/** True if an error, or one of its causes, is a refusal by a rule. */
export function isRefusal(error: RecordedError | undefined): boolean {
  for (let one = error; one; one = one.cause) if (one.type === REFUSAL_TYPE) return true;
  return false;
}

/** By activity. A Map keeps the order of insertion: the last refused first. */
function fold(refusals: readonly RefusalRecord[]): Map<string, Folded> {
  const byActivity = new Map<string, Folded>();
  for (const { time, lab, issues, document } of refusals) {
    const { fields: metadata = {}, temporal = {}, next_time } = JSON.parse(document) as RefusalDocument;
    const key = JSON.stringify([
      temporal.namespace,
      temporal.run_id ?? temporal.activity_run_id,
      temporal.activity_id,
      lab,
    ]);
    const known = byActivity.get(key);
    if (known) {
      known.tries += 1;
      known.first_time = Math.min(known.first_time, time);
    } else {
      const times = { first_time: time, last_time: time, ...(next_time !== undefined && { next_time }) };
      byActivity.set(key, { lab, temporal: placeOf(temporal), tries: 1, ...times, issues, metadata });
    }
  }
  return byActivity;
}

function placeOf(temporal: Partial<TemporalStart>): RefusedPlace {
  return Object.fromEntries(PLACE.flatMap((name) => (name in temporal ? [[name, temporal[name]]] : [])));
}

/** What was missing or wrong: `operator: required; sample.name: required`. */
export function issuesText(issues: readonly MetadataIssue[]): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'metadata'}: ${message}`).join('; ');
}

/** If a retry is late by this many seconds, it did not happen: no worker asks for it. */
const OVERDUE_S = 60;

/** True if the time of the next retry has passed without an attempt. @param now UNIX seconds */
export function isOverdue({ next_time }: RefusedActivity, now = Date.now() / 1000): boolean {
  return next_time !== undefined && now > next_time + OVERDUE_S;
}

/** Reports that nothing was refused, and which labs have refusals if the scope's own has none. */
export async function nothingRefused({ store, only_lab: lab }: Scope): Promise<string> {
  const [last] = lab === undefined ? [] : await store.refusals(1);
  const elsewhere = last && last.lab !== lab ? `; ${labsWith([last.lab], 'refusals')}` : '';
  return `Nothing was refused${lab === undefined ? '' : ` in lab ${lab}`} in ${store.location}${elsewhere}.`;
}

async function fateOf(
  store: Store,
  { temporal, last_time, next_time }: Folded,
): Promise<Pick<RefusedActivity, 'status' | 'uid' | 'next_time'>> {
  const uid = await openedSince(store, temporal, last_time);
  if (uid !== undefined) return { status: 'opened', uid, next_time: undefined };
  if (next_time === undefined) return { status: 'refused' };
  const execution = temporal.run_id === undefined ? null : await store.execution(temporal.run_id);
  if (execution && endOf(execution)) return { status: 'ended', next_time: undefined };
  return { status: 'waiting' };
}

/** The run of a later attempt. */
async function openedSince(
  store: Store,
  { run_id, activity_id }: RefusedPlace,
  last_time: number,
): Promise<string | undefined> {
  if (activity_id === undefined) return undefined;
  const conditions: Condition[] = [
    runHas('activity_id', activity_id),
    run_id === undefined
      ? { op: 'is-null', field: columnOf(RUN_FIELDS, 'run_id'), negated: false }
      : runHas('run_id', run_id),
    { op: 'compare', field: columnOf(RUN_FIELDS, 'time'), operator: '>=', value: last_time },
  ];
  const [run] = await store.runs({ filter: { where: { op: 'and', conditions } }, limit: 1 });
  return run?.start.uid;
}
