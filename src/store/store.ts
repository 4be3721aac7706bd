/**
 * The one interface of a store. SQLite and PostgreSQL implement it, and the contract suite in `test/store/contract.ts` tests
 * both. Its reads and writes are in `interface/`, grouped by subject. Node only.
 * This folder owns everything in a database: the interface, both dialects, schema, reading, search and integrity. The recorder
 * writes through it, and readers open it. It does not depend on Temporal.
 * @module
 */

import type { ChangeReading } from './interface/changes';
import type { DetailReading } from './interface/details';
import type { LineageReading } from './interface/lineage-reading';
import type { OutlineReading } from './interface/outline';
import type {
  CodeReading,
  ExecutionReading,
  LabReading,
  ProgressReading,
  RefusalReading,
  RunReading,
  SettlementReading,
  UpkeepReading,
} from './interface/reading';
import type { Writing } from './interface/writing';

/**
 * A store. Every method rejects with a `ProvenanceError`. Its code distinguishes unreachable, busy, corrupt, newer and closed.
 */
export interface Store
  extends Writing,
    RunReading,
    ExecutionReading,
    DetailReading,
    RefusalReading,
    ProgressReading,
    CodeReading,
    SettlementReading,
    LabReading,
    ChangeReading,
    UpkeepReading {
  /** URL without credentials, for people. */
  readonly location: string;
  /** Reads of links, and of the data that runs used and generated. */
  readonly lineage: LineageReading;
  /** Reads of executions and runs without their documents. */
  readonly outline: OutlineReading;
  close(): Promise<void>;
}
