/**
 * How a link names its ends: by one integer each, four times the key of a row plus the type of the node. The tables of both
 * dialects and the questions about links go by these. [isolate-safe]
 * @module
 */

/** Types of nodes, as they are stored. A run is named by its `seq`, an execution by its `id`. */
const TYPES = { run: 0, execution: 2 } as const;

/** Room for the types below the key. */
const STEP = 4;

/** The node of a run. */
export function runNode(seq: number): number {
  return STEP * seq + TYPES.run;
}

/** The node of an execution. */
export function executionNode(id: number): number {
  return STEP * id + TYPES.execution;
}

/** The `seq` of the run that a node names. */
export function runOfNode(node: number): number {
  return node / STEP;
}

/** SQL for the node of the run whose `seq` is the expression. */
export function runNodeSql(seq: string): string {
  return `${seq} * ${STEP}`;
}

/** SQL for the `seq` of the run that the expression, a node of a run, names. */
export function runOfNodeSql(node: string): string {
  return `${node} / ${STEP}`;
}
