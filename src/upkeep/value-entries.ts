/**
 * Keeps the index of results and arguments consistent with the documents while runs are changed or deleted. Node only.
 * @module
 */
import { POSTGRES } from '../store/postgres/search';
import type { SearchDialect } from '../store/search/dialect';
import { SQLITE } from '../store/sqlite/search';
import { addRunValues, removeRunValues, type Work } from '../store/value-index/rows';
import type { UpkeepDatabase, UpkeepTransaction } from './database';

const DIALECTS: Readonly<Record<UpkeepDatabase['dialect'], SearchDialect>> = {
  sqlite: SQLITE,
  postgres: POSTGRES,
};

/** Removes runs from the index. Call it before their documents are changed or deleted. */
export function removeValues(
  transaction: UpkeepTransaction,
  dialect: UpkeepDatabase['dialect'],
  seqs: readonly number[],
): Promise<void> {
  return done(transaction, removeRunValues(DIALECTS[dialect], seqs));
}

/** Adds runs to the index again. Call it after their documents were changed. */
export function addValues(
  transaction: UpkeepTransaction,
  dialect: UpkeepDatabase['dialect'],
  seqs: readonly number[],
): Promise<void> {
  return done(transaction, addRunValues(DIALECTS[dialect], seqs));
}

async function done(transaction: UpkeepTransaction, work: Work<void>): Promise<void> {
  for (let step = work.next(); !step.done; )
    step = work.next(await transaction.query(step.value.text, step.value.values));
}
