/**
 * What a store is: the one interface behind which SQLite and PostgreSQL stand, and that the contract suite in
 * `test/store/contract.ts` holds both to. What can be asked and what can be written lies in `interface/`, by family. Node only.
 *
 * This folder owns what lies in a database: the interface, both dialects, schema, reading, search and integrity. The
 * recorder writes through it, readers open it; it knows nothing of Temporal.
 * @module
 */

import type { BesideReading } from './interface/beside';
import type { ChangeReading } from './interface/changes';
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
 * A store. Every method rejects with a `ProvenanceError` whose code tells unreachable, busy,
 * corrupt, newer and closed apart.
 */
export interface Store
  extends Writing,
    RunReading,
    ExecutionReading,
    BesideReading,
    RefusalReading,
    ProgressReading,
    CodeReading,
    SettlementReading,
    LabReading,
    ChangeReading,
    UpkeepReading {
  /** URL without credentials, for people. */
  readonly location: string;
  /** Links, and the data that runs used and generated. */
  readonly lineage: LineageReading;
  /** Executions and runs without their documents. */
  readonly outline: OutlineReading;
  close(): Promise<void>;
}
