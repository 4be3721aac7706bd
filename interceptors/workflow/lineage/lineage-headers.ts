/**
 * Headers with the origins of arguments. Producers are always named. If the header of an activity is full,
 * their paths are sent by sink. Headers that start or reach another workflow leave paths out, because it can
 * read only the header. The metadata of a scope is encoded once, and the lineage is appended to it.
 * [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import { isNameless } from '../../../src/lineage/json-path';
import { encodeHeader } from '../../../src/temporal/header';
import type { PassedPart } from '../../../src/temporal/lineage-header';
import {
  activityHeader,
  type HeaderInputs,
  localActivityHeader,
  ofContinuedRun,
  startHeader,
} from '../headers';
import type { OriginsMessage } from '../sinks';
import type { PlanScope } from '../state';
import type { Passed } from './data-flow';
import {
  ACTIVITY_OFFERS,
  ActivityBases,
  firstFitting,
  type HeaderBases,
  START_OFFERS,
  StartBases,
} from './offers';

/** The inputs of headers with lineage. */
export interface LineageInputs extends HeaderInputs {
  /** Sends by sink what does not fit into a header. */
  sendOrigins(message: OriginsMessage): void;
}

/** An activity that is about to be scheduled. */
export interface ScheduledActivity {
  activity_id: string;
  /** True if the header never leaves the worker: then the limit of the task does not apply. */
  local: boolean;
}

/**
 * The header for an activity that is scheduled in `scope`; `undefined` if the headers of this workflow task
 * have reached their limit.
 */
export function passingToActivity(
  inputs: LineageInputs,
  scope: PlanScope,
  passed: Passed,
  { activity_id, local }: ScheduledActivity,
): Payload | undefined {
  if (isNothing(passed)) return local ? localActivityHeader(inputs, scope) : activityHeader(inputs, scope);
  const parts = inputs.state.plain ? passed.parts : passed.parts.map(withoutNames);
  const hidden = parts.some((part, at) => part !== passed.parts[at]);
  const taken = firstFitting(inputs.state, new ActivityBases(inputs, scope), ACTIVITY_OFFERS, {
    passed: { ...passed, parts },
    ...(hidden && { paths_by: 'sink' }),
    unlimited: local,
  });
  if (hidden || taken?.lineage !== 'paths')
    inputs.sendOrigins(originsMessage(inputs, 'activity', activity_id, passed));
  return taken ? taken.header : activityHeader(inputs, scope);
}

/**
 * The header for a child that starts with the metadata of `scope`, or for a continued run. `undefined` if the
 * headers of this workflow task have reached their limit.
 */
export function passingToStart(
  inputs: LineageInputs,
  scope: PlanScope,
  passed: Passed,
  continues: boolean,
): Payload | undefined {
  if (isNothing(passed)) {
    const header = startHeader(inputs, scope);
    return header && continues ? ofContinuedRun(inputs, header) : header;
  }
  return passingOn(inputs, new StartBases(inputs, scope, continues), passed) ?? startHeader(inputs, scope);
}

/** The header for a signal to another workflow; `undefined` if there is nothing to report. */
export function passingToSignal(inputs: LineageInputs, passed: Passed): Payload | undefined {
  return isNothing(passed) ? undefined : passingOn(inputs, SIGNAL_BASES, passed);
}

/** The sink message with the origins of parts. */
export function originsMessage(
  { info }: HeaderInputs,
  of: OriginsMessage['of'],
  id: string,
  { parts, partial }: Passed,
): OriginsMessage {
  const origins = parts.map(({ run_id = info.runId, activity_id = '', evidence, from = '', to = '' }) => ({
    path: to,
    run_id,
    activity_id,
    from,
    evidence,
  }));
  return { run_id: info.runId, of, id, origins, ...(partial && { partial: true }) };
}

/** True if nothing with a known origin was passed on. */
export function isNothing({ parts, partial }: Passed): boolean {
  return parts.length === 0 && !partial;
}

const SIGNAL: Payload = encodeHeader({});
const SIGNAL_BASES: HeaderBases = { whole: () => SIGNAL, key: () => SIGNAL };

/** The other execution holds the header in its own history, so every producer is named with its execution. */
function passingOn(inputs: LineageInputs, bases: HeaderBases, passed: Passed): Payload | undefined {
  const { state, info } = inputs;
  const all = passed.parts.map((part) => ({ run_id: info.runId, ...part }));
  const parts = state.plain ? all : all.map(withoutNames);
  const hidden = parts.some((part, at) => part !== all[at]);
  return firstFitting(state, bases, START_OFFERS, {
    passed: { ...passed, parts },
    ...(hidden && { paths_by: 'withheld' }),
  })?.header;
}

/** If a codec may encrypt the names in a path, keeps the path up to the first name. */
function withoutNames(part: PassedPart): PassedPart {
  const { from, to, ...producer } = part;
  if ((from === undefined || isNameless(from)) && (to === undefined || isNameless(to))) return part;
  if (to === undefined || !isNameless(to)) return producer;
  return { ...producer, to };
}
