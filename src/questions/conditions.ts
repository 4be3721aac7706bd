/**
 * Conditions that questions use in queries of a store. Node only.
 * @module
 */
import { EXECUTION_FIELDS } from '../filter/execution-fields';
import { columnOf } from '../filter/fields';
import { type Condition, equals, type Filter } from '../filter/filter';
import { RUN_FIELDS } from '../filter/run-fields';

/** The condition that a known field of runs has this value. */
export function runHas(name: string, value: string): Condition {
  return equals(RUN_FIELDS, name, value);
}

/** The condition that a known field of executions has this value. */
export function executionHas(name: string, value: string): Condition {
  return equals(EXECUTION_FIELDS, name, value);
}

/** An order by the time at which executions started. */
export function byStart(direction: 'asc' | 'desc'): NonNullable<Filter['order']> {
  return [{ field: columnOf(EXECUTION_FIELDS, 'start_time'), direction }];
}
