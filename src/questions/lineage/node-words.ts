/**
 * Nodes in printed form: ids, labels and descriptions. Node only.
 * @module
 */

import { partsOfFileUri } from '../../model/file-uri';
import { shortUid } from '../../model/ids';
import type {
  ExecutionFacts,
  NodeFacts,
  RemovedFacts,
  RunFacts,
  VersionFacts,
} from '../../store/interface/lineage-reading';
import { statusOfWords } from '../status';
import type { LineageArtifact, LineageExecution, LineageNode, LineageRun } from './lineage-answers';

/** The id under which a node is printed. Versions of one content share one id. */
export function printedId(facts: NodeFacts): string {
  switch (facts.type) {
    case 'run':
    case 'gone':
      return `run:${facts.uid || `unknown-${facts.node}`}`;
    case 'execution':
      return `execution:${facts.run_id}`;
    case 'version':
      return facts.sha256 === undefined ? `artifact:${facts.uri}` : `artifact:sha256:${facts.sha256}`;
  }
}

/** Builds a node from these facts: all those with one printed id, the first seen first. */
export function nodeOf(id: string, facts: readonly NodeFacts[], depth: number): LineageNode {
  const first = facts[0]!;
  switch (first.type) {
    case 'run':
      return runOf(id, first, depth);
    case 'gone':
      return removedRunOf(id, first, depth);
    case 'execution':
      return executionOf(id, first, depth);
    case 'version':
      return artifactOf(id, facts as readonly VersionFacts[], depth);
  }
}

function runOf(id: string, facts: RunFacts, depth: number): LineageRun {
  const { uid, scan_id, lab, activity_type, workflow_type, workflow_id, run_id } = facts;
  const { activity_id, attempt, time, stop_time, environment, code } = facts;
  const name = scan_id === undefined ? shortUid(uid) : `scan ${scan_id}`;
  return {
    id,
    type: 'run',
    label: `${activity_type} (${name})`,
    depth,
    uid,
    ...(scan_id !== undefined && { scan_id }),
    lab,
    activity_type,
    ...(workflow_type !== undefined && { workflow_type }),
    ...(workflow_id !== undefined && { workflow_id }),
    ...(run_id !== undefined && { run_id }),
    activity_id,
    attempt,
    time,
    ...(stop_time !== undefined && { took_ms: Math.round((stop_time - time) * 1e3) }),
    status: statusOfWords(facts),
    ...(environment !== undefined && { code: { environment, ...(code !== undefined && { code }) } }),
  };
}

function removedRunOf(id: string, { uid, time, reason, other_lab }: RemovedFacts, depth: number): LineageRun {
  if (other_lab)
    return { id, type: 'run', label: 'a run of another lab', depth, uid, removed: 'of another lab' };
  const label = uid === '' ? 'removed run' : `removed run (${shortUid(uid)})`;
  const removed = reason ?? 'not in this store';
  return { id, type: 'run', label, depth, uid, ...(time !== undefined && { time }), removed };
}

function executionOf(id: string, facts: ExecutionFacts, depth: number): LineageExecution {
  const { run_id, workflow_id, workflow_type, start_time, status = 'open' } = facts;
  return {
    id,
    type: 'execution',
    label: workflow_id,
    depth,
    run_id,
    workflow_id,
    ...(workflow_type !== undefined && { workflow_type }),
    ...(start_time !== undefined && { time: start_time }),
    status,
  };
}

function artifactOf(id: string, facts: readonly VersionFacts[], depth: number): LineageArtifact {
  const versions = facts.toSorted((a, b) => a.first_time - b.first_time || a.node - b.node);
  const first = versions[0]!;
  const names = namesOf(versions);
  const { artifact_id, kind, sha256, size_bytes, media_type, missing, first_time } = first;
  return {
    id,
    type: 'artifact',
    label: readableName(names[0]!),
    depth,
    artifact_id,
    names,
    kind,
    ...(sha256 !== undefined && { sha256 }),
    ...(size_bytes !== undefined && { size_bytes }),
    ...(media_type !== undefined && { media_type }),
    ...(sha256 === undefined && missing !== undefined && { missing }),
    time: first_time,
  };
}

/** All names of versions, each once: site-independent ones first. */
export function namesOf(versions: readonly VersionFacts[]): string[] {
  const site = versions.flatMap(({ site_name }) => site_name ?? []);
  return [...new Set([...site, ...versions.map(({ uri }) => uri)])];
}

/** A name as people write it: for a file's URI the path. */
export function readableName(name: string): string {
  const parts = partsOfFileUri(name);
  return parts ? Buffer.from(parts.path).toString() : name;
}

/** `.h5` for `raw/scan_3.h5`; empty if a name has no ending. */
export function endingOf(label: string): string {
  return /(?<=[^/])\.[A-Za-z0-9]{1,8}$/.exec(label)?.[0] ?? '';
}
