/**
 * Conditions that questions put to a store. Node only.
 * @module
 */
import type { Condition, Filter } from '../filter/filter';

/** Condition that a field, by its name, has this value. */
export function equals(name: string, value: string): Condition {
  return { op: 'compare', field: name.split('.'), operator: '=', value };
}

/** Condition that all of these hold; undefined where there is none. */
export function allOf(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const known = conditions.filter((one) => one !== undefined);
  return known.length > 1 ? { op: 'and', conditions: known } : known[0];
}

/** An order by the time at which executions started. */
export function byStart(direction: 'asc' | 'desc'): NonNullable<Filter['order']> {
  return [{ field: ['start_time'], direction }];
}
