/**
 * Lineage for a reader of one lab. Runs of other labs are visible only as nodes. Data and executions without
 * any run of the lab are invisible. Node only.
 * @module
 */
import type { LineageReading, NodeFacts, VersionFacts } from '../../store/interface/lineage-reading';
import { versionNode } from '../../store/link-nodes';
import type { Sight } from './sight';

/** Restricts the answers of lineage queries to the lab. Nodes are numbers, which contain no information. */
export function confinedLineage(lineage: LineageReading, sight: Sight): LineageReading {
  const seen = async (versions: readonly VersionFacts[]) => {
    const nodes = await sight.versions(versions.map(({ node }) => node));
    return versions.filter(({ node }) => nodes.has(node));
  };
  return {
    walk: (query) => lineage.walk(query),
    reach: (query, limit) => lineage.reach(query, limit),
    nodesOf: (names) => lineage.nodesOf(names),
    nodeFacts: async (nodes) => confinedFacts(await lineage.nodeFacts(nodes), sight),
    linkPaths: async (links) => {
      const own = await sight.runNodes(links.flatMap(({ earlier, later }) => [earlier, later]));
      const paths = await lineage.linkPaths(links);
      return paths.filter(({ earlier, later }) => own.has(earlier) || own.has(later));
    },
    versions: async (name, limit) => seen(await lineage.versions(name, limit)),
    findVersions: async (query) => seen(await lineage.findVersions(query)),
    members: async (version, limit) =>
      (await sight.versions([versionNode(version)])).size > 0 ? lineage.members(version, limit) : [],
    executionNodes: async (run_id, limit) =>
      (await sight.hasExecution(run_id)) ? lineage.executionNodes(run_id, limit) : [],
    decisions: async (run_ids) => lineage.decisions([...(await sight.executions(run_ids))]),
  };
}

async function confinedFacts(facts: readonly NodeFacts[], sight: Sight): Promise<NodeFacts[]> {
  const versions = await sight.versions(facts.flatMap((one) => (one.type === 'version' ? [one.node] : [])));
  const run_ids = facts.flatMap((one) => (one.type === 'execution' ? [one.run_id] : []));
  const executions = run_ids.length === 0 ? new Set<string>() : await sight.executions(run_ids);
  return facts.flatMap((one) => {
    if (one.type === 'run' && one.lab !== sight.lab)
      return { type: 'gone', node: one.node, uid: '', other_lab: true } as const;
    if (one.type === 'gone') return { type: 'gone', node: one.node, uid: '' } as const;
    const hidden =
      (one.type === 'version' && !versions.has(one.node)) ||
      (one.type === 'execution' && !executions.has(one.run_id));
    return hidden ? [] : one;
  });
}
