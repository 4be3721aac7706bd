/**
 * All questions, in the order in which the API lists them. Node only.
 * @module
 */
import { labs } from './labs';
import type { AnyQuestion } from './question';
import { run } from './run';
import { runs } from './runs';

/** A new question is a file beside this one and a line here. */
export const QUESTIONS: readonly AnyQuestion[] = [
  runs,
  run,
  labs,
] as readonly unknown[] as readonly AnyQuestion[];
