/** One figure of docs/reference/performance.md, as its test reads it. */
export interface Figure {
  figure: string;
  unit?: string;
  median: number;
  low?: number;
  high?: number;
  target?: string | number;
  holds?: boolean;
}

export interface Result {
  bench: string;
  time: string;
  machine: { [fact: string]: string | number };
  rounds: number;
  figures: Figure[];
}

export function readResults(folder?: string): Result[];
export function shortfalls(results: Result[]): (Figure & { bench: string })[];
export function figuresText(results: Result[]): string;
export function figuresIn(document: string): string;
export function readDocument(): string;
export function writeDocument(): void;
