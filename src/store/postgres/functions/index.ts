/**
 * The current functions of a PostgreSQL store. Each revision creates them again, so a release that changes one needs a revision.
 * Workers of the previous release still call them: their arguments and results must not change.
 * @module
 */
import { addLink } from './add-link';
import { chainEntry } from './chain-entry';
import { chainedTriggers } from './chained-tables';
import { checkReferences } from './check-references';
import { fact } from './fact';
import { fieldNumber } from './field-number';
import { indexRuns } from './index-runs';
import { insertRuns } from './insert-runs';
import { keepLate } from './keep-late';
import { madeFor } from './made-for';
import { nextState } from './next-state';
import { numberShared } from './number-shared';
import { referenceIds } from './reference-ids';
import { refuseChange } from './refuse-change';
import { replaceMade } from './replace-made';
import { storeSets } from './store-sets';
import { takeCloses } from './take-closes';
import { takeExecutions } from './take-executions';
import { takeOpens } from './take-opens';
import { takeSettled } from './take-settled';
import { takeStops } from './take-stops';
import { writeGroup } from './write-group';

/** Functions that tables, indexes and triggers use. They are created first. */
export const FUNCTIONS_BEFORE_TABLES = refuseChange + fact;

/** The other functions, in a valid order of creation. */
export const FUNCTIONS = [
  addLink,
  chainEntry,
  chainedTriggers,
  numberShared,
  insertRuns,
  indexRuns,
  checkReferences,
  takeOpens,
  keepLate,
  takeStops,
  takeSettled,
  takeExecutions,
  takeCloses,
  nextState,
  writeGroup,
  storeSets,
  referenceIds,
  fieldNumber,
  madeFor,
  replaceMade,
].join('');
