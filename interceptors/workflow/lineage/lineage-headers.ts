/**
 * Headers that say where arguments come from. The producers are always named; their paths go by sink where the header of an activity is
 * full, and are left out of what starts or reaches another workflow, which can read nothing else. Encoded beside the metadata of a
 * scope, which is encoded once. [isolate-safe]
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

/** What such headers are made of. */
export interface LineageInputs extends HeaderInputs {
  /** Tells by sink what a header has no room for. */
  tell(message: OriginsMessage): void;
}

/** An activity that is about to be scheduled. */
export interface ScheduledActivity {
  activity_id: string;
  /** Its header never leaves the worker, so the task's limit is none of its. */
  local: boolean;
}

/** Header for an activity that is scheduled in `scope`; `undefined` when the task's headers are used up. */
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
    inputs.tell(originsMessage(inputs, 'activity', activity_id, passed));
  return taken ? taken.header : activityHeader(inputs, scope);
}

/** Header for a child that starts with what `scope` holds, or a continued run; `undefined` when the task's headers are used up. */
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

/** Header for a signal to another workflow; `undefined` when there is nothing to be said. */
export function passingToSignal(inputs: LineageInputs, passed: Passed): Payload | undefined {
  return isNothing(passed) ? undefined : passingOn(inputs, SIGNAL_BASES, passed);
}

/** What a sink is told of where parts come from. */
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

/** True where nothing was passed on that anybody returned. */
export function isNothing({ parts, partial }: Passed): boolean {
  return parts.length === 0 && !partial;
}

const SIGNAL: Payload = encodeHeader({});
const SIGNAL_BASES: HeaderBases = { whole: () => SIGNAL, key: () => SIGNAL };

/** To another execution, in whose history the header lies: all producers are named with theirs. */
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

/** Where a codec may encrypt the names that paths are made of: as much of them as has none. */
function withoutNames(part: PassedPart): PassedPart {
  const { from, to, ...producer } = part;
  if ((from === undefined || isNameless(from)) && (to === undefined || isNameless(to))) return part;
  if (to === undefined || !isNameless(to)) return producer;
  return { ...producer, to };
}
