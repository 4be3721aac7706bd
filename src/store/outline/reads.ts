/**
 * Reads of outlines, the same for both databases. Node only.
 * @module
 */
import type { OutlineReading } from '../interface/outline';
import type { LineageSource } from '../lineage/lineage-reads';
import { readExecutionLog } from './log';
import { readRefusalsOf } from './refusals';
import { readTimeline } from './timeline';
import { readChain, readFamily, readIdle, readTallies } from './totals';

/** Returns the outline reads of one store. */
export function outlineReads(database: LineageSource): OutlineReading {
  return {
    family: (run_id, limit) => database.search((source) => readFamily(source, run_id, limit)),
    timeline: (query) => database.search((source) => readTimeline(source, query)),
    tallies: (executions, latest, lab) =>
      database.search((source) => readTallies(source, executions, latest, lab)),
    idle: (query) => database.search((source) => readIdle(source, query)),
    chain: (first, limit) => database.search((source) => readChain(source, first, limit)),
    refusals: (run_ids, limit, lab) =>
      database.search((source) => readRefusalsOf(source, run_ids, { limit, lab })),
    log: (query) => database.search((source) => readExecutionLog(source, query)),
  };
}

/** Answers questions about outlines that are identified by the name of a method. */
export interface OutlineDesk {
  ask(question: keyof OutlineReading, args: readonly unknown[]): Promise<unknown>;
}

/** Returns outline reads that pass each question to the desk by the name of its method. */
export function outlineAt(desk: OutlineDesk): OutlineReading {
  const ask =
    (question: keyof OutlineReading) =>
    (...args: readonly unknown[]) =>
      desk.ask(question, args);
  return {
    family: ask('family'),
    timeline: ask('timeline'),
    tallies: ask('tallies'),
    idle: ask('idle'),
    chain: ask('chain'),
    refusals: ask('refusals'),
    log: ask('log'),
  } as unknown as OutlineReading;
}
