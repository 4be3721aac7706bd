/**
 * What a prune removes, for people: by lab, plan and month, or run by run. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import { safe } from '../../questions/shown/safe-text';
import { instant } from '../../questions/words';
import type { Verdict } from '../../upkeep/prune';
import type { Style } from '../io';
import { table } from '../terminal/table';

/** The removed runs of one plan in one month (UTC). */
export interface PruneGroup {
  lab: string;
  plan_name: string;
  /** `2026-03`. */
  month: string;
  runs: number;
}

/** Counts the removed runs by lab, plan and month. Its size does not depend on the number of runs. */
export class PruneGroups {
  readonly #groups = new Map<string, PruneGroup>();

  /** Adds a run. */
  add({ start }: RunRecord): void {
    const { lab } = start.provenance;
    const plan_name = typeof start.plan_name === 'string' ? start.plan_name : '';
    const month = instant(start.time).slice(0, 7);
    const key = JSON.stringify([lab, plan_name, month]);
    const group = this.#groups.get(key) ?? { lab, plan_name, month, runs: 0 };
    this.#groups.set(key, { ...group, runs: group.runs + 1 });
  }

  /** Returns the groups sorted by lab, plan and month. */
  sorted(): PruneGroup[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }
}

/** Returns the groups as a table; no lines if there are no groups. */
export function pruneTable(groups: readonly PruneGroup[], style: Style): string[] {
  if (groups.length === 0) return [];
  return table(
    [
      { title: 'LAB', text: ({ lab }) => safe(lab), least: 8, most: 24 },
      { title: 'PLAN', text: ({ plan_name }) => safe(plan_name), least: 8, most: 40 },
      { title: 'MONTH', text: ({ month }) => month },
      { title: 'RUNS', align: 'right', text: ({ runs }) => runs.toLocaleString('en-US') },
    ],
    groups,
    style,
  );
}

const WORDS: Readonly<Record<Verdict, string>> = {
  remove: 'remove  ',
  ancestor: 'keep, other kept data was made from it ',
  open: 'keep, it has no recorded end ',
  newest: 'keep, it is the newest run ',
};

/** Returns the line of a run with its verdict. */
export function verdictLine({ start }: RunRecord, verdict: Verdict): string {
  const { uid, time, temporal } = start;
  return `${WORDS[verdict]}${uid.slice(-8)}  ${instant(time)}  ${safe(temporal.activity_type)}`;
}
