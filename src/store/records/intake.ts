/**
 * The order in which records of a spool are written to the store.
 * @module
 */
import type { WriteRecord } from '../interface/written';
import { documentKind } from './document-rows';

/** Referenced records come first. The writer orders starts before stops; that order stays. */
const RANKS: { readonly [kind in WriteRecord['kind']]?: number } = {
  environment: 0,
  session: 1,
  execution: 2,
  context: 3,
};
const LAST = 4;

/** Returns the rank of a record. Lower ranks come first; records of one rank keep their order. */
export function intakeRank(record: WriteRecord): number {
  if (record.kind === 'document') return documentKind(record.of)?.rank ?? LAST;
  return RANKS[record.kind] ?? LAST;
}
