/**
 * The filter as a tree: what a filter text (`plan_name = 'scan' AND …`) means, before any store's SQL. [isolate-safe]
 *
 * This folder owns the filter language: tokens, parser, tree, the fields that may be named, and normal form. Stores and
 * skins use it; it knows no SQL.
 * @module
 */

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A field by its path: `plan_name`, `sample.name`, `temporal.activity_type`, `exit_status`, … */
export type FieldPath = readonly string[];

export type Literal = string | number | boolean;

export type Condition =
  | { op: 'and' | 'or'; conditions: Condition[] }
  | { op: 'not'; condition: Condition }
  | { op: 'compare'; field: FieldPath; operator: ComparisonOperator; value: Literal }
  | { op: 'in'; field: FieldPath; values: Literal[]; negated: boolean }
  | { op: 'between'; field: FieldPath; low: Literal; high: Literal; negated: boolean }
  | { op: 'starts-with'; field: FieldPath; prefix: string; negated: boolean }
  | { op: 'is-null'; field: FieldPath; negated: boolean };

export interface Filter {
  where?: Condition;
  order?: { field: FieldPath; direction: 'asc' | 'desc' }[];
}
