/** A graph, as the test of lineage in a large store uses it. */
export interface Graph {
  close(): Promise<unknown>;
}

/** Times of one round, in ms. */
export interface Taken {
  small: number;
  large: number;
  hand: number;
}

export function openGraph(url: string, runs: number, folder: string): Promise<Graph>;
export function checkAnswer(name: string, graph: Graph): Promise<number>;
export function measure(
  graphs: { small: Graph; large: Graph },
  rounds: number,
): Promise<{ [name: string]: Taken[] }>;
