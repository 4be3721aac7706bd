/**
 * The order in which records that waited in a spool go to the store.
 * @module
 */
import type { WriteRecord } from '../interface/written';
import { documentKind } from './document-rows';

/** What others refer to goes first; starts before stops is the writer's own order, which stays. */
const RANKS: { readonly [kind in WriteRecord['kind']]?: number } = {
  environment: 0,
  session: 1,
  execution: 2,
  context: 3,
};
const LAST = 4;

/** The lower goes first; records of one rank stay in their order. */
export function intakeRank(record: WriteRecord): number {
  if (record.kind === 'document') return documentKind(record.of)?.rank ?? LAST;
  return RANKS[record.kind] ?? LAST;
}
