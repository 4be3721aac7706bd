/**
 * Finds runs by name: uid, part of a uid, scan id, counting back. The same for every dialect. Node only.
 * @module
 */
import type { ExpressionBuilder, Kysely, RawBuilder } from 'kysely';
import { MIN_UID_PART_LENGTH } from '../../model/ids';
import type { RunReference } from '../interface/queries';
import type { Schema } from '../schema';

/** SQL of the dialect: the last {@link MIN_UID_PART_LENGTH} characters of a run's uid, as its index has them. */
export type UidEnd = RawBuilder<string>;

/** The highest number of runs that one name returns. */
const MAX_CANDIDATES = 10;

/** Returns `seq` of the runs that a reference names, newest first. */
export async function findNamed(
  db: Kysely<Schema>,
  reference: RunReference,
  uidEnd: UidEnd,
): Promise<number[]> {
  const part = reference.by === 'uid-part' ? reference.part.toLowerCase() : '';
  if (reference.by === 'uid-part' && !isUidPart(part)) return [];
  const back = reference.by === 'newest' ? Math.max(1, reference.back) : 1;
  const rows = await db
    .selectFrom('run')
    .select('run.seq')
    .where((eb) => named(eb, reference, { part, uidEnd }))
    .orderBy('run.seq', 'desc')
    .offset(back - 1)
    .limit(reference.by === 'newest' ? 1 : MAX_CANDIDATES)
    .execute();
  return rows.map(({ seq }) => seq);
}

/** Returns a condition on the run that a reference names. `part`: a part of a uid, in lower case. */
function named(
  eb: ExpressionBuilder<Schema, 'run'>,
  reference: RunReference,
  { part, uidEnd }: { part: string; uidEnd: UidEnd },
) {
  switch (reference.by) {
    case 'uid':
      return eb('run.uid', '=', reference.uid);
    case 'uid-part':
      return eb.or([
        eb.and([eb('run.uid', '>=', part), eb('run.uid', '<', `${part}g`)]),
        eb.and([eb(uidEnd, '=', part.slice(-MIN_UID_PART_LENGTH)), eb('run.uid', 'like', `%${part}`)]),
      ]);
    case 'scan-id':
      return eb.and([
        eb('run.scan_id', '=', reference.scan_id),
        eb('run.lab_id', '=', labId(eb, reference.lab)),
      ]);
    case 'newest':
      return eb.and([eb('run.scan_id', 'is not', null), eb('run.lab_id', '=', labId(eb, reference.lab))]);
  }
}

function labId(eb: ExpressionBuilder<Schema, 'run'>, lab: string) {
  return eb.selectFrom('lab').select('lab.id').where('lab.name', '=', lab);
}

/** `-` is allowed because people copy parts of a printed uid. */
function isUidPart(part: string): boolean {
  return part.length >= MIN_UID_PART_LENGTH && /^[0-9a-f-]+$/.test(part);
}
