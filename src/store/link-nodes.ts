/**
 * Numbers of link ends: four times the key of a row plus the type of the node. The tables of both dialects and the reads of links
 * use them. [isolate-safe]
 * @module
 */

/** Types of nodes as stored. A run's key is its `seq`; that of a version or an execution is its `id`. */
const TYPES = { run: 0, version: 1, execution: 2 } as const;

/** The type of a node. */
export type NodeType = keyof typeof TYPES;

/** The factor of the key, which leaves room for the types. */
const STEP = 4;

/** Returns the node of a run. */
export function runNode(seq: number): number {
  return STEP * seq + TYPES.run;
}

/** Returns the node of a version. */
export function versionNode(id: number): number {
  return STEP * id + TYPES.version;
}

/** Returns the node of an execution. */
export function executionNode(id: number): number {
  return STEP * id + TYPES.execution;
}

/** Returns the type and key of a node: the `seq` of a run, or the `id` of a version or an execution. */
export function namedBy(node: number): { type: NodeType; key: number } {
  const number = node % STEP;
  const type = number === TYPES.run ? 'run' : number === TYPES.version ? 'version' : 'execution';
  return { type, key: (node - number) / STEP };
}

/** Returns the `seq` of a run's node. */
export function runOfNode(node: number): number {
  return node / STEP;
}

/** Returns SQL for the node of the run whose `seq` is the expression. */
export function runNodeSql(seq: string): string {
  return `${seq} * ${STEP}`;
}

/** Returns SQL for the node of the version whose `id` is the expression. */
export function versionNodeSql(id: string): string {
  return `${id} * ${STEP} + ${TYPES.version}`;
}

/** Returns SQL for the `seq` of the run whose node is the expression. */
export function runOfNodeSql(node: string): string {
  return `${node} / ${STEP}`;
}

/** Returns SQL that is true for a node of this type. */
export function isNodeSql(node: string, type: NodeType): string {
  return `${node} % ${STEP} = ${TYPES[type]}`;
}
