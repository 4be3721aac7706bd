/**
 * Places in results and arguments by name, as options and the index of a store use them. [isolate-safe]
 * @module
 */
import { type ValuePath, valuePathOf } from '../model/value-path';
import { tokenize } from './tokens';

/** The place that a name means (`result.chi2`, `temporal.args[0].sample`); undefined if it means none. */
export function parsePlace(name: string): ValuePath | undefined {
  try {
    const [token, end] = tokenize(name);
    if (token?.kind !== 'name' || end?.kind !== 'end' || token.text !== name) return undefined;
    const place = valuePathOf(token.path!);
    return place && { of: place.of, steps: place.steps };
  } catch {
    return undefined;
  }
}
