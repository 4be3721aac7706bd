/**
 * Adds the executions of an answer's runs, with their parents and those that they continue. They are read from
 * the executions themselves: links to them are not stored. Node only.
 * @module
 */
import type { ExecutionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import type { Lineage, LineageLink, LineageNode } from './lineage-answers';
import { nodeOf } from './node-words';

/** The most executions of one answer. */
const MOST = 1_000;

/** The answer with executions as nodes, and links from them to their runs and children. */
export async function withParents(store: Store, answer: Lineage): Promise<Lineage> {
  const owners = new Map<string, number>();
  const links: LineageLink[] = [];
  for (const node of answer.nodes) {
    if (node.type !== 'run' || node.run_id === undefined) continue;
    if (!owners.has(node.run_id)) owners.set(node.run_id, node.depth + 1);
    links.push(link(node.run_id, node.id, 'child-of'));
  }
  const known = new Set(answer.nodes.map(({ id }) => id));
  const nodes: LineageNode[] = [];
  for (let wanted = [...owners.keys()]; wanted.length > 0 && nodes.length < MOST; ) {
    const found = await executionsOf(store, wanted.slice(0, MOST));
    const next = new Set<string>();
    for (const facts of found) {
      const id = `execution:${facts.run_id}`;
      const depth = owners.get(facts.run_id)!;
      if (!known.has(id)) nodes.push(nodeOf(id, [facts], depth));
      known.add(id);
      for (const [above, kind] of aboveOf(facts)) {
        links.push(link(above, id, kind));
        if (!owners.has(above)) next.add(above);
        if (!owners.has(above)) owners.set(above, depth + 1);
      }
    }
    wanted = [...next];
  }
  const there = links.filter(({ from }) => known.has(from));
  return { ...answer, nodes: [...answer.nodes, ...nodes], links: [...answer.links, ...there] };
}

function link(run_id: string, to: string, kind: LineageLink['kind']): LineageLink {
  return { from: `execution:${run_id}`, to, kind, evidence: 'temporal' };
}

function aboveOf({ parent_run_id, continued_from }: ExecutionFacts): [string, LineageLink['kind']][] {
  const above: [string, LineageLink['kind']][] = [];
  if (parent_run_id !== undefined) above.push([parent_run_id, 'child-of']);
  if (continued_from !== undefined) above.push([continued_from, 'continued-from']);
  return above;
}

async function executionsOf(store: Store, run_ids: readonly string[]): Promise<ExecutionFacts[]> {
  const facts = await store.lineage.nodeFacts(await store.lineage.nodesOf({ run_ids }));
  return facts.filter((one) => one.type === 'execution');
}
