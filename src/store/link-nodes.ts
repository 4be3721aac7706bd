/**
 * How a link names its ends: by one integer each, four times the key of a row plus the type of the node. The tables of both
 * dialects and the questions about links go by these. [isolate-safe]
 * @module
 */

/** Types of nodes, as they are stored. A run is named by its `seq`, a version and an execution by their `id`. */
const TYPES = { run: 0, version: 1, execution: 2 } as const;

/** Type of a node. */
export type NodeType = keyof typeof TYPES;

/** Room for the types below the key. */
const STEP = 4;

/** The node of a run. */
export function runNode(seq: number): number {
  return STEP * seq + TYPES.run;
}

/** The node of a version. */
export function versionNode(id: number): number {
  return STEP * id + TYPES.version;
}

/** The node of an execution. */
export function executionNode(id: number): number {
  return STEP * id + TYPES.execution;
}

/** What a node names: a run by its `seq`, a version or an execution by its `id`. */
export function namedBy(node: number): { type: NodeType; key: number } {
  const number = node % STEP;
  const type = number === TYPES.run ? 'run' : number === TYPES.version ? 'version' : 'execution';
  return { type, key: (node - number) / STEP };
}

/** The `seq` of the run that a node names. */
export function runOfNode(node: number): number {
  return node / STEP;
}

/** SQL for the node of the run whose `seq` is the expression. */
export function runNodeSql(seq: string): string {
  return `${seq} * ${STEP}`;
}

/** SQL for the node of the version whose `id` is the expression. */
export function versionNodeSql(id: string): string {
  return `${id} * ${STEP} + ${TYPES.version}`;
}

/** SQL for the `seq` of the run that the expression, a node of a run, names. */
export function runOfNodeSql(node: string): string {
  return `${node} / ${STEP}`;
}

/** SQL that is true for a node of that type. */
export function isNodeSql(node: string, type: NodeType): string {
  return `${node} % ${STEP} = ${TYPES[type]}`;
}
