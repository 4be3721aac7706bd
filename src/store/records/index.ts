/**
 * All tables of a store, ordered so that each comes after those it refers to. Each file here describes some tables: their
 * columns, the form of these in each database, and their references. It also defines which roles may change them, and what move,
 * purge, prune and verify do with them.
 * @module
 */
import { artifact, content, member, runData, runValue, version } from './artifact';
import { loss, refusal } from './capture';
import { lateReport, settled, stop } from './ends';
import { blob, environment, workerSession } from './environment';
import { chain, tombstone } from './evidence';
import { askedActivity, context, decision, execution } from './execution';
import { migration, origin, place, storage } from './identity';
import { DOCUMENT_KINDS } from './kinds';
import { lab, sharedScan, stash, stashHistory } from './labs';
import { jsonPath, link, linker, linkPath, linkSpread, linkTodo, wantedLink } from './link';
import { metadata, metadataField, path, runField } from './metadata';
import { checkpoint, logLine } from './progress';
import { kind, openRun, run } from './run';
import type { Chained, StoredTable } from './table';
import { valueField, valuePath } from './values';

/** All tables, in an order in which rows can be copied: referenced rows come first. */
export const TABLES: readonly StoredTable[] = [
  storage,
  migration,
  origin,
  place,
  lab,
  sharedScan,
  stash,
  stashHistory,
  path,
  metadata,
  metadataField,
  runField,
  valuePath,
  kind,
  execution,
  context,
  blob,
  environment,
  workerSession,
  run,
  openRun,
  stop,
  settled,
  valueField,
  refusal,
  loss,
  lateReport,
  decision,
  askedActivity,
  checkpoint,
  ...DOCUMENT_KINDS.map(({ table }) => table),
  chain,
  tombstone,
  logLine,
  artifact,
  content,
  version,
  member,
  runData,
  runValue,
  link,
  jsonPath,
  linkPath,
  wantedLink,
  linker,
  linkTodo,
  linkSpread,
];

/** Returns the tables that move with their store. */
export function movingTables(): StoredTable[] {
  return TABLES.filter(({ moves }) => moves !== false);
}

/** A table whose rows contain final text. */
export type ChainedTable = StoredTable & { readonly chained: Chained };

/** Returns the tables that the chain covers. */
export function chainedTables(): ChainedTable[] {
  return TABLES.filter((table): table is ChainedTable => table.chained !== undefined);
}

/** Returns the table with this name in the chain and in tombstones; undefined if there is none. */
export function chainedTable(what: string): ChainedTable | undefined {
  return chainedTables().find(({ chained }) => chained.what === what);
}
