/**
 * Decides how a piece of data is related to a run that names it. The decision depends on the place of the name,
 * and on the state of the data before and after the run. These are pure rules. Node only.
 * @module
 */
import type { DataDirection, DigestMissing } from '../model/data';
import { DATA } from '../model/data-limits';
import { isThere, type Look } from './look';

/** What is known about one name in a run. */
export interface Meeting {
  /** True if the arguments contain the name. */
  in_args: boolean;
  /** What the code declared that it did with the data. */
  declared?: 'used' | 'generated';
  /**
   * The state of the data when the code began, as far as it could be examined in time. Absent for names that
   * came later.
   */
  before?: Look;
  /** The state of the data when the code had ended. */
  after: Look;
  /** When the code began and ended, in UNIX milliseconds. */
  began_ms: number;
  ended_ms: number;
  /**
   * True if the signature after the end is that of a version which an earlier run is known to have generated.
   */
  of_earlier_run?: boolean;
}

/** One relation. */
export interface Relation {
  direction: DataDirection;
  evidence: 'uri' | 'declared';
  /** The look with version, size and members. Absent if the version cannot be known. */
  look?: Look;
  /** Why there is no digest, if that is known at once. */
  missing?: DigestMissing;
}

/** The relations of one name, and why the run may have more inputs. */
export interface Judgement {
  relations: Relation[];
  reasons: string[];
}

/** The relations of data that capture can examine. */
export function judge(meeting: Meeting): Judgement {
  const judgement: Judgement = { relations: [], reasons: [] };
  const { declared, in_args } = meeting;
  if (in_args || declared === 'used') judgeInput(meeting, judgement);
  else judgeOutput(meeting, judgement);
  if (declared) judgement.relations = judgement.relations.map((one) => declaring(one, declared));
  return judgement;
}

/** The relation of a URI that capture does not examine. */
export function judgeRemote({ in_args, declared }: Pick<Meeting, 'in_args' | 'declared'>): Relation {
  const direction = declared ?? (in_args ? 'used' : 'generated');
  return { direction, evidence: declared ? 'declared' : 'uri', missing: 'remote' };
}

function declaring(relation: Relation, declared: 'used' | 'generated'): Relation {
  return relation.direction === declared ? { ...relation, evidence: 'declared' } : relation;
}

/** Judges a name in the arguments. */
function judgeInput(meeting: Meeting, judgement: Judgement): void {
  const { before, after } = meeting;
  const was = before ? stateAtBegin(before, meeting) : 'unknown';
  const written = isWritten(meeting, was);
  if (was === 'same') judgement.relations.push(usedVersion(before!, after, written));
  else if (was === 'replaced')
    judgement.relations.push({
      direction: 'used',
      evidence: 'uri',
      missing: 'not_digested_before_it_changed',
    });
  else if (was === 'unreadable') judgeUnreadable(before!, judgement);
  if (before?.cut) judgement.reasons.push('directory_cut');
  if (was === 'unknown' && written) judgement.reasons.push('seen_late');
  if (was === 'unknown' && !written && isThere(after))
    judgement.relations.push({ direction: 'used', evidence: 'uri', look: after });
  const declared = meeting.declared === 'generated' && isThere(after);
  if (written || declared) judgement.relations.push({ direction: 'generated', evidence: 'uri', look: after });
  else if (isThere(after) && isLater(after, meeting)) judgement.reasons.push('changed_meanwhile');
}

function judgeUnreadable(before: Look, { relations, reasons }: Judgement): void {
  const relation = unreadable('used', before);
  relations.push(relation);
  reasons.push(relation.missing!);
}

/** Judges a name in the result, in a heartbeat or declared by the code. */
function judgeOutput(meeting: Meeting, judgement: Judgement): void {
  const { after, declared } = meeting;
  if (after.state === 'absent') {
    if (declared) judgement.relations.push({ direction: 'generated', evidence: 'uri', missing: 'gone' });
    return;
  }
  if (!isThere(after)) {
    judgement.relations.push(unreadable(declared ?? 'mentioned', after));
    return;
  }
  const later = isLater(after, meeting);
  const generated =
    declared === 'generated' || (later ? isBornWithin(after, meeting) : isOfRun(after, meeting));
  const direction = generated ? 'generated' : 'mentioned';
  if (later) judgement.relations.push({ direction, evidence: 'uri', missing: 'changed_meanwhile' });
  else judgement.relations.push({ direction, evidence: 'uri', look: after });
}

function usedVersion(before: Look, after: Look, written: boolean): Relation {
  const relation: Relation = { direction: 'used', evidence: 'uri', look: before };
  if (written || (isThere(after) && after.signature !== before.signature))
    return { ...relation, missing: 'not_digested_before_it_changed' };
  return after.state === 'absent' ? { ...relation, missing: 'gone' } : relation;
}

function unreadable(direction: DataDirection, { state }: Look): Relation {
  const missing = { special: 'special_file', crowded: 'budget' }[state as string] ?? 'unreadable';
  return { direction, evidence: 'uri', missing: missing as DigestMissing };
}

/**
 * What a first look shows about the moment at which the code began. The look may come late: then data that has
 * not changed since was the same. `same`: the version that was examined was there. `replaced`: another version
 * was there, which was not examined. `unknown`: perhaps nothing was there.
 */
function stateAtBegin(
  before: Look,
  { began_ms }: Meeting,
): 'same' | 'absent' | 'replaced' | 'unreadable' | 'unknown' {
  if (before.state === 'absent') return 'absent';
  if (!isThere(before)) return 'unreadable';
  if (before.taken_ms <= began_ms || (before.changed_ms ?? 0) < began_ms - tick(before)) return 'same';
  return before.born_ms !== undefined && before.born_ms < began_ms - tick(before) ? 'replaced' : 'unknown';
}

/** True if the run left another version than it was given. */
function isWritten(meeting: Meeting, was: ReturnType<typeof stateAtBegin>): boolean {
  const { before, after } = meeting;
  if (!isThere(after) || isLater(after, meeting)) return false;
  const signatures = [before?.signature, after.signature];
  if (was === 'same' && !signatures.includes(undefined)) return before?.signature !== after.signature;
  return was === 'absent' || was === 'replaced' || isOfRun(after, meeting);
}

/**
 * True if the data changed while the code ran. A change within one clock tick before the code began counts only
 * if no earlier run is known to have made it.
 */
function isOfRun(look: Look, { began_ms, of_earlier_run }: Meeting): boolean {
  const changed_ms = look.changed_ms ?? 0;
  return changed_ms >= began_ms || (changed_ms >= began_ms - tick(look) && !of_earlier_run);
}

/** True if it changed after the code had ended: then its content is not what the run left. */
function isLater(look: Look, { ended_ms }: Meeting): boolean {
  return look.network
    ? (look.changed_ms ?? 0) > ended_ms + tick(look)
    : (look.changed_ms ?? 0) > ended_ms + 1;
}

/** True if the data was created while the code ran, even if it changed later. */
function isBornWithin({ born_ms }: Look, { began_ms, ended_ms }: Meeting): boolean {
  return born_ms !== undefined && born_ms >= began_ms && born_ms <= ended_ms;
}

function tick({ network }: Look): number {
  return network ? DATA.network_tick_ms : DATA.local_tick_ms;
}
