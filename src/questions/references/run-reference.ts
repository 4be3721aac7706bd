/**
 * References to runs by people and programs: uid, a unique part of it, scan id, or counting back. Node only.
 * @module
 */
import { AmbiguousError, ProvenanceError } from '../../errors';
import type { RunRecord } from '../../model/documents';
import { isUid, MIN_UID_PART_LENGTH } from '../../model/ids';
import type { RunReference } from '../../store/interface/queries';
import type { Store } from '../../store/store';
import { runsElsewhere, scanElsewhere } from '../hints/other-labs';
import type { Answer, Scope } from '../scope';
import { instant } from '../words';
import { mention, nameOf } from './scans';

/** Help text for an argument that names a run. */
export const RUN_ARGUMENT =
  'scan id, uid (or a unique part of it, from 6 characters), or -1 for the last recorded numbered run, -2 …';

const UID_PART = /^[0-9a-f-]+$/;

/**
 * What a text may name, the most likely first. Digits alone are tried as a scan id first, and then as a part of
 * a uid.
 * @throws ProvenanceError REFERENCE_INVALID
 */
export function parseReference(word: string, lab: string): RunReference[] {
  const text = word.trim().toLowerCase();
  if (/^-\d+$/.test(text)) {
    const back = Number(text.slice(1));
    if (back >= 1 && Number.isSafeInteger(back)) return [{ by: 'newest', lab, back }];
    throw new ProvenanceError(
      'REFERENCE_INVALID',
      `'${word}' is invalid: -1 is the last recorded run, -2 the one before.`,
    );
  }
  // Scan ids before parts of uids: docs/design/questions.md#names.
  const references: RunReference[] = [];
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) {
    references.push({ by: 'scan-id', lab, scan_id: Number(text) });
  }
  if (isUid(text)) references.push({ by: 'uid', uid: text });
  else if (UID_PART.test(text) && text.length >= MIN_UID_PART_LENGTH && text.length < 36) {
    references.push({ by: 'uid-part', part: text });
  }
  if (references.length > 0) return references;
  throw new ProvenanceError('REFERENCE_INVALID', `'${word}' does not name a run: use a ${RUN_ARGUMENT}.`);
}

/**
 * The run that a text names. If a scan id names several, returns the newest, with a remark that names the
 * others.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS if a part of a uid names several, REFERENCE_INVALID
 */
export async function findRun({ store, lab }: Scope, word: string): Promise<Answer<RunRecord>> {
  const references = parseReference(word, lab);
  for (const reference of references) {
    const [run, ...others] = await store.resolve(reference);
    if (!run) continue;
    if (others.length > 0 && reference.by === 'uid-part') throw ambiguous(word, [run, ...others]);
    return { value: run, remarks: others.length > 0 ? [mention(word, run, others)] : [] };
  }
  const removed = await removedText(store, references);
  if (removed !== undefined) throw new ProvenanceError('NOT_FOUND', removed);
  const elsewhere = await inOtherLabs(store, references, lab);
  throw new ProvenanceError(
    'NOT_FOUND',
    `No run '${word}' in lab ${lab} of ${store.location}${elsewhere ? `; ${elsewhere}` : ''}.`,
  );
}

/** When, by whom and why the run was deleted, if it was. */
async function removedText(store: Store, references: readonly RunReference[]): Promise<string | undefined> {
  const [uid] = references.flatMap((reference) => (reference.by === 'uid' ? [reference.uid] : []));
  const removals = uid === undefined ? [] : await store.removals(uid);
  const removal = removals.find(({ what, replaced }) => what === 'start' && !replaced);
  if (!removal) return undefined;
  const { time, author, reason } = removal;
  return `Run ${uid} was removed from the store ${instant(time)} by ${author.name}@${author.host}: ${reason}.`;
}

/**
 * A scan id belongs to a lab. Names the other labs that have this scan id. If there are none and this lab has no
 * runs, names the labs that have runs.
 */
async function inOtherLabs(
  store: Store,
  references: readonly RunReference[],
  lab: string,
): Promise<string | undefined> {
  const [reference] = references;
  if (reference?.by === 'scan-id') {
    const labs = await scanElsewhere(store, lab, reference.scan_id);
    if (labs) return labs;
  } else if (reference?.by !== 'newest') return undefined;
  const own = (await store.labRuns({ most: 1 })).some((one) => one.lab === lab);
  const elsewhere = own ? undefined : await runsElsewhere(store, lab);
  return elsewhere && `it has no runs, ${elsewhere}`;
}

/**
 * The one run that a text names, for actions that cannot be undone: it never guesses.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS if the text names several, REFERENCE_INVALID
 */
export async function findOneRun(scope: Scope, word: string): Promise<RunRecord> {
  const named = new Map<string, RunRecord>();
  for (const reference of parseReference(word, scope.lab))
    for (const run of await scope.store.resolve(reference)) named.set(run.start.uid, run);
  if (named.size <= 1) return (await findRun(scope, word)).value;
  throw new AmbiguousError(
    `'${word}' names several runs: ${[...named.values()].map(nameOf).join(', ')}. Use a uid.`,
    [...named.keys()],
  );
}

function ambiguous(word: string, runs: readonly RunRecord[]): ProvenanceError {
  const uids = runs.map(({ start }) => start.uid);
  return new AmbiguousError(`'${word}' is part of several uids: ${uids.join(', ')}.`, uids);
}
