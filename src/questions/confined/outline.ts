/**
 * Outlines for a reader of one lab: the executions of the lab, and the lab's runs in them. Node only.
 * @module
 */
import type { ExecutionOutline, OutlineReading, TimelinePart } from '../../store/interface/outline';
import type { Sight } from './sight';

/** Restricts the answers of outline queries to the lab. */
export function confinedOutline(outline: OutlineReading, sight: Sight): OutlineReading {
  const { lab } = sight;
  const seen = async (executions: readonly ExecutionOutline[]) => {
    const own = await sight.executions(executions.map(({ run_id }) => run_id));
    return executions.filter(({ run_id }) => own.has(run_id));
  };
  return {
    family: async (run_id, limit) => seen(await outline.family(run_id, limit)),
    chain: async (first, limit) => seen(await outline.chain(first, limit)),
    timeline: async (query) => confinedPart(await outline.timeline({ ...query, lab }), sight),
    tallies: (executions, latest) => outline.tallies(executions, latest, lab),
    idle: (query) => outline.idle({ ...query, lab }),
    refusals: (run_ids, limit) => outline.refusals(run_ids, limit, lab),
    log: async (query) => ((await sight.hasExecution(query.run_id)) ? outline.log({ ...query, lab }) : []),
  };
}

async function confinedPart({ entries, total }: TimelinePart, sight: Sight): Promise<TimelinePart> {
  const children = entries.flatMap((entry) => ('child' in entry ? [entry.child.run_id] : []));
  const own = children.length === 0 ? new Set<string>() : await sight.executions(children);
  const kept = entries.filter((entry) => !('child' in entry) || own.has(entry.child.run_id));
  return { entries: kept, total: total - (entries.length - kept.length) };
}
