/**
 * Reads of links and data, the same for both databases. Node only.
 * @module
 */
import type { LineageReading } from '../interface/lineage-reading';
import type { SearchSource } from '../search/dialect';
import { findVersions } from './find-versions';
import { readLinkPaths } from './link-paths';
import { readDecisionsOf, readExecutionNodes, readNodesOf } from './named-nodes';
import { readNodeFacts } from './node-facts';
import { readMembers, readNamedVersions } from './version-facts';
import { reachNodes, walkLinks } from './walk';

/** Runs the reads of one question. If the database supports it, they see one snapshot. */
export interface LineageSource {
  search<Answer>(work: (source: SearchSource) => Promise<Answer>): Promise<Answer>;
}

/** Returns the lineage reads of one store. */
export function lineageReads(database: LineageSource): LineageReading {
  return {
    walk: (query) => database.search((source) => walkLinks(source, query)),
    reach: (query, limit) => database.search((source) => reachNodes(source, query, limit)),
    nodeFacts: (nodes) => database.search((source) => readNodeFacts(source, nodes)),
    linkPaths: (links) => database.search((source) => readLinkPaths(source, links)),
    versions: (name, limit) => database.search((source) => readNamedVersions(source, name, limit)),
    findVersions: (query) => database.search((source) => findVersions(source, query)),
    members: (version, limit) => database.search((source) => readMembers(source, version, limit)),
    executionNodes: (run_id, limit) => database.search((source) => readExecutionNodes(source, run_id, limit)),
    decisions: (run_ids) => database.search((source) => readDecisionsOf(source, run_ids)),
    nodesOf: (names) => database.search((source) => readNodesOf(source, names)),
  };
}

const QUESTIONS = [
  'walk',
  'reach',
  'nodeFacts',
  'linkPaths',
  'versions',
  'findVersions',
  'members',
  'executionNodes',
  'decisions',
  'nodesOf',
] as const satisfies readonly (keyof LineageReading)[];

/** Answers questions about lineage that are identified by the name of a method. */
export interface LineageDesk {
  ask(question: keyof LineageReading, args: readonly unknown[]): Promise<unknown>;
}

/** Returns lineage reads that pass each question to the desk by the name of its method. */
export function lineageAt(desk: LineageDesk): LineageReading {
  const ask =
    (question: keyof LineageReading) =>
    (...args: readonly unknown[]) =>
      desk.ask(question, args);
  return Object.fromEntries(
    QUESTIONS.map((question) => [question, ask(question)]),
  ) as unknown as LineageReading;
}
