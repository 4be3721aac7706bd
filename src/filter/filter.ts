/**
 * The filter as a tree: the meaning of a filter text (`plan_name = 'scan' AND …`), independent of any store's
 * SQL. Each condition keeps the field to which its path was resolved, and its values in that field's type.
 * [isolate-safe]
 *
 * This folder owns the filter language: tokens, parser, tree, the fields that may be named, and normal form.
 * Stores and skins use it; it knows no SQL.
 * @module
 */
import { columnOf, type Field, type FieldCatalogue, type Literal } from './fields';

/** How a field is compared with one value. */
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A condition of one field. */
export type Predicate =
  | { op: 'compare'; field: Field; operator: ComparisonOperator; value: Literal }
  | { op: 'in'; field: Field; values: Literal[]; negated: boolean }
  | { op: 'between'; field: Field; low: Literal; high: Literal; negated: boolean }
  | { op: 'starts-with'; field: Field; prefix: string; negated: boolean }
  | { op: 'is-null'; field: Field; negated: boolean };

/** A condition that must be true. */
export type Condition =
  | { op: 'and' | 'or'; conditions: Condition[] }
  | { op: 'not'; condition: Condition }
  | Predicate;

/** Conditions and order; either may be absent. */
export interface Filter {
  where?: Condition;
  order?: { field: Field; direction: 'asc' | 'desc' }[];
}

/** `NAME = value` for a column. `value` has the column's type: times are UNIX seconds. */
export function equals(catalogue: FieldCatalogue, name: string, value: Literal): Predicate {
  return { op: 'compare', field: columnOf(catalogue, name), operator: '=', value };
}

/** The conditions on single fields, in the order in which they were written. */
export function predicatesOf(condition: Condition | undefined): Predicate[] {
  if (!condition) return [];
  if (condition.op === 'not') return predicatesOf(condition.condition);
  return 'conditions' in condition ? condition.conditions.flatMap(predicatesOf) : [condition];
}
