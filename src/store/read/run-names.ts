/**
 * How runs are found by name: uid, part of a uid, scan id, counting back. The same for every dialect. Node only.
 * @module
 */
import type { ExpressionBuilder } from 'kysely';
import { MIN_UID_PART_LENGTH } from '../../model/ids';
import type { RunReference } from '../queries';
import type { Schema } from '../schema';

/** Condition on the run that a reference names; `part`: of a uid, in lower case. */
export function named(eb: ExpressionBuilder<Schema, 'run'>, reference: RunReference, part: string) {
  switch (reference.by) {
    case 'uid':
      return eb('run.uid', '=', reference.uid);
    case 'uid-part':
      return eb.or([
        eb.and([eb('run.uid', '>=', part), eb('run.uid', '<', `${part}g`)]),
        eb('run.uid', 'like', `%${part}`),
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

/** `-` is allowed because people copy parts of a uid as it is printed. */
export function isUidPart(part: string): boolean {
  return part.length >= MIN_UID_PART_LENGTH && /^[0-9a-f-]+$/.test(part);
}
