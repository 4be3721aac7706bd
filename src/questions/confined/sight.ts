/**
 * Decides what in a store belongs to one lab: its runs, the executions and data to which they belong, the code
 * that they ran. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import { EVIDENCE, LINK_KINDS } from '../../model/link';
import type { EnvironmentUse } from '../../store/interface/details';
import type { LogOwner } from '../../store/interface/log-query';
import type { UsedEnvironment } from '../../store/interface/queries';
import { namedBy } from '../../store/link-nodes';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';

const EVERY_LINK = {
  kinds: Object.values(LINK_KINDS),
  evidence: Object.values(EVIDENCE).reduce((mask, bit) => mask | bit, 0),
};
/** The most nodes of an execution that are searched for a run of the lab. */
const MANY_NODES = 500;

/** Decides whether something belongs to a lab. */
export class Sight {
  readonly lab: string;
  readonly #store: Store;

  constructor(store: Store, lab: string) {
    this.#store = store;
    this.lab = lab;
  }

  /** The runs of the lab. */
  own(runs: readonly RunRecord[]): RunRecord[] {
    return runs.filter(({ start }) => start.provenance.lab === this.lab);
  }

  async hasRun(uid: string): Promise<boolean> {
    return this.own(await this.#store.resolve({ by: 'uid', uid })).length > 0;
  }

  /**
   * Returns the executions among these (Temporal's run ids) that have a run of the lab. It may be a run of the
   * execution itself, a run of a child, or a run that the lab refused.
   */
  async executions(run_ids: readonly string[]): Promise<Set<string>> {
    const first = await this.#store.firstRuns(run_ids);
    const found = new Set(this.own(first).flatMap(({ start }) => start.temporal.run_id ?? []));
    for (const run_id of new Set(run_ids))
      if (!found.has(run_id) && (await this.#hasOther(run_id))) found.add(run_id);
    return found;
  }

  async hasExecution(run_id: string): Promise<boolean> {
    return (await this.executions([run_id])).has(run_id);
  }

  hasOwner(owner: LogOwner): Promise<boolean> {
    return 'run_start' in owner ? this.hasRun(owner.run_start) : this.hasExecution(owner.run_id);
  }

  /** Returns the version nodes among these that a run of the lab used or generated. */
  async versions(nodes: readonly number[]): Promise<Set<number>> {
    if (nodes.length === 0) return new Set();
    const { lineage } = this.#store;
    const walk = (direction: 'up' | 'down') =>
      lineage.walk({ from: nodes, direction, depth: 1, selection: EVERY_LINK });
    const links = [...(await walk('up')).links, ...(await walk('down')).links];
    const runs = await this.runNodes(links.flatMap(({ earlier, later }) => [earlier, later]));
    const ends = links.flatMap(({ earlier, later }) =>
      runs.has(earlier) ? [later] : runs.has(later) ? [earlier] : [],
    );
    const reached = new Set(ends);
    return new Set(nodes.filter((node) => reached.has(node)));
  }

  /** Returns the nodes among these that are runs of the lab. */
  async runNodes(nodes: readonly number[]): Promise<Set<number>> {
    const runs = [...new Set(nodes)].filter((node) => namedBy(node).type === 'run');
    const facts = runs.length === 0 ? [] : await this.#store.lineage.nodeFacts(runs);
    return new Set(facts.flatMap((one) => (one.type === 'run' && one.lab === this.lab ? [one.node] : [])));
  }

  /** The use of an environment by the lab's runs; undefined if none of them had it. */
  async use({ environment }: Pick<UsedEnvironment, 'environment'>): Promise<UsedEnvironment | undefined> {
    const where = runHas('environment', environment.id);
    const [group] = await this.#store.groupRuns({ filter: { where }, lab: this.lab, keys: [] });
    if (!group || group.runs === 0) return undefined;
    const [last] = await this.#store.runs({ filter: { where }, lab: this.lab, limit: 1 });
    const first_time = environment.captured_time;
    return { environment, runs: group.runs, first_time, last_time: last?.start.time ?? first_time };
  }

  /** The use of an environment with the last of the lab's runs that had it. Counts at most `counted` runs. */
  async environmentUse(
    { id, environment }: EnvironmentUse,
    counted: number,
  ): Promise<EnvironmentUse | undefined> {
    const filter = { where: runHas('environment', environment.id) };
    const [last] = await this.#store.runs({ filter, lab: this.lab, limit: 1 });
    if (!last) return undefined;
    const runs = await this.#store.findRuns({ filter, lab: this.lab, limit: counted });
    const { uid, time } = last.start;
    return { id, environment, runs: runs.length, last: { uid, time } };
  }

  async hasEnvironment(id: string): Promise<boolean> {
    const filter = { where: runHas('environment', id) };
    return (await this.#store.runs({ filter, lab: this.lab, limit: 1 })).length > 0;
  }

  async #hasOther(run_id: string): Promise<boolean> {
    const { lineage } = this.#store;
    const nodes = await lineage.executionNodes(run_id, MANY_NODES);
    if ((await this.runNodes(nodes)).size > 0) return true;
    return (await this.#store.refusalsOf(run_id)).some(({ lab }) => lab === this.lab);
  }
}
