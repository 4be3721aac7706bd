/**
 * What a worker recorded takes the place of a run that was made of what Temporal told. SQLite's writers do it themselves
 * (`sqlite/made-runs.ts`); on PostgreSQL a writer has no right to take anything out, so that a function of the owner's does.
 * @module
 */
import { postgres } from './0009-made.postgres';
import type { Migration } from './migration';

export const made: Migration = { revision: 9, name: 'made', breaking: false, sql: { sqlite: '', postgres } };
