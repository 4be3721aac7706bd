/** The questions of the benchmark, by name. */
export const QUESTIONS: { [name: string]: { of_hub?: boolean } };
