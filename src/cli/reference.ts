/**
 * How a run is named on the command line: uid, a unique part of it, scan id, or counting back. Node only.
 * @module
 */
import type { RunRecord } from '../model/documents';
import { MIN_UID_PART_LENGTH } from '../model/ids';
import type { RunReference, Store } from '../store/store';
import type { Context } from './context';
import { NotFound, UsageError } from './io';
import { runsElsewhere, scanElsewhere } from './other-labs';
import { mention, nameOf } from './scan-reference';

/** Help text for an argument that names a run. */
export const RUN_ARGUMENT =
  'scan id, uid (or a unique part of it, from 6 characters), or -1 for the last recorded numbered run, -2 …';

const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UID_PART = /^[0-9a-f-]+$/;

/** What a word may name, the likeliest first. Digits alone are a scan id first, and then a part of a uid. */
export function parseReference(word: string, lab: string): RunReference[] {
  const text = word.trim().toLowerCase();
  if (/^-\d+$/.test(text)) {
    const back = Number(text.slice(1));
    if (back >= 1 && Number.isSafeInteger(back)) return [{ by: 'newest', lab, back }];
    throw new UsageError(
      `'${word}' counts back from the run recorded last: -1 is that one, -2 the one before.`,
    );
  }
  const references: RunReference[] = [];
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) {
    references.push({ by: 'scan-id', lab, scan_id: Number(text) });
  }
  if (UID.test(text)) references.push({ by: 'uid', uid: text });
  else if (UID_PART.test(text) && text.length >= MIN_UID_PART_LENGTH && text.length < 36) {
    references.push({ by: 'uid-part', part: text });
  }
  if (references.length > 0) return references;
  throw new UsageError(`'${word}' does not name a run: give a ${RUN_ARGUMENT}.`);
}

/**
 * The run that a word names. Where a scan id names several, the newest; the others are mentioned on stderr.
 * @throws NotFound, UsageError where a part of a uid names several
 */
export async function findRun(context: Context, store: Store, word: string): Promise<RunRecord> {
  const references = parseReference(word, context.lab);
  for (const reference of references) {
    const [run, ...others] = await store.resolve(reference);
    if (!run) continue;
    if (others.length > 0 && reference.by === 'uid-part') throw ambiguous(word, [run, ...others]);
    if (others.length > 0) context.note(mention(word, run, others));
    return run;
  }
  const elsewhere = await inOtherLabs(store, references, context.lab);
  throw new NotFound(
    `No run '${word}' in lab ${context.lab} of ${store.location}${elsewhere ? `; ${elsewhere}` : ''}.`,
  );
}

/** A number counts within its lab: which others have it, or any run where this one has none. */
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
 * The one run that a word names, for what can't be taken back: it never guesses.
 * @throws NotFound, UsageError where the word names several
 */
export async function findOneRun(context: Context, store: Store, word: string): Promise<RunRecord> {
  const named = new Map<string, RunRecord>();
  for (const reference of parseReference(word, context.lab))
    for (const run of await store.resolve(reference)) named.set(run.start.uid, run);
  if (named.size <= 1) return findRun(context, store, word);
  throw new UsageError(
    `'${word}' names several runs: ${[...named.values()].map(nameOf).join(', ')}. Give a uid.`,
  );
}

function ambiguous(word: string, runs: readonly RunRecord[]): UsageError {
  return new UsageError(
    `'${word}' is part of several uids: ${runs.map(({ start }) => start.uid).join(', ')}.`,
  );
}
