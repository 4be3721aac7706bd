/**
 * What a case of the labelled set is: a small workflow as a lab writes it, and the links that a careful person says it has. Labels
 * were written from the workflows and activities alone.
 *
 * A label names ends and says which came first: `acquire -> reduce` (the data of one run reached the other), `acquire -> [raw.csv]`
 * (the run wrote the file), `[raw.csv] -> reduce` (the run was given the file). `acquire -> [raw.csv] -> reduce` is all three.
 *
 * An end is `[CHILD/]TYPE[#N][@M][!ATTEMPT]`: the n-th activity of a type that its execution scheduled (the first), in the m-th
 * execution of a chain (the first), of the workflow whose id is the case's and `/CHILD`; the last attempt where none is named.
 * `TYPE#*` is each activity of that type: all of them must be linked, and count as one link; where both ends say so, the n-th of one
 * goes with the n-th of the other. In the name of a file `*` is any text.
 * @module
 */
import type { Client } from '@temporalio/client';

/** What drives a case that is more than one execution of its workflow. */
export interface Stage {
  client: Client;
  taskQueue: string;
  /** The case's own folder. */
  folder: string;
  /** Workflow id of the case. Its other executions have this and `/NAME`. */
  id: string;
}

/** One case: what runs, and which links it has. */
export interface LabelledCase {
  name: string;
  /** One sentence for the table. */
  about: string;
  /** Name of the exported workflow. */
  workflow: string;
  /** Arguments of the workflow; none by default. */
  args?: (folder: string) => unknown[];
  /** Makes what lies in the folder before anything runs. */
  prepare?: (folder: string) => Promise<void>;
  /** What is done in place of one execution of the workflow with `args`. */
  play?: (stage: Stage) => Promise<void>;
  /** `interning`: the lab's converter gives equal objects as one. */
  worker?: 'plain' | 'interning';
  /** Links that are there. Any other link of the case's runs and files is false. */
  links: readonly string[];
  /** Of those that are not there: what a tracker less careful would say. */
  never?: readonly string[];
  /** Links that may be told or not: people would argue. Neither counts. */
  open?: readonly string[];
  /** Of `links`: those that are known to be missed, with the reason. */
  misses?: Readonly<Record<string, string>>;
}
