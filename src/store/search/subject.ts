/**
 * The subjects of a search: runs or executions. All differences between both are here. The choice of indexes is not. Node only.
 * @module
 */
import type { ColumnField } from '../../filter/fields';
import { type ColumnSql, type Row, rowOf } from './columns/columns';
import { executionColumn } from './columns/execution-columns';
import { runColumn, runsWithout } from './columns/run-columns';
import type { SearchDialect } from './dialect';
import { holdsBelow, withAbove } from './family';
import { type Fragment, raw, sql, unionOf } from './fragment';
import { type MetadataTest, runPasses } from './metadata';

/** A kind of record in a search. */
export interface Subject {
  table: 'run' | 'execution';
  /** Its alias in every query. */
  alias: 'r' | 'e';
  /** The column of its number, which is its order. */
  key: 'seq' | 'id';
  /** The column by which a cursor names it. */
  name: 'uid' | 'run_id';
  column(field: ColumnField): ColumnSql;
  /**
   * Returns a condition that is true if the record passes a metadata test (without negation). Only records after `floor` matter.
   */
  passes(test: MetadataTest, row: Row, floor: number, dialect: SearchDialect): Fragment;
  /** Returns keys of records that pass, by an index; undefined if there is no index. */
  driver(test: MetadataTest, dialect: SearchDialect): Fragment | undefined;
  /** Returns keys of records without a value in a column, if indexes contain those keys. */
  without(name: string, dialect: SearchDialect): Fragment | undefined;
  /** Returns conditions that every result must meet, in addition to the filter. */
  base(lab: string | undefined, dialect: SearchDialect): Fragment[];
}

/** Returns the runs of the sets that pass. */
function ofSets(key: 'seq' | 'execution_id', sets: Fragment, dialect: SearchDialect): Fragment {
  return sql`SELECT r.${raw(key)} FROM ${dialect.table('run', 'r', 'run_metadata')} WHERE r.metadata_id IN (${sets})`;
}

/** The subject of a search of runs. */
export const RUNS: Subject = {
  table: 'run',
  alias: 'r',
  key: 'seq',
  name: 'uid',
  column: runColumn,
  passes: runPasses,
  driver({ sets, runs }, dialect) {
    const parts = [sets && ofSets('seq', sets, dialect), runs?.(0)].filter((one) => one !== undefined);
    return parts.length > 0 ? unionOf(parts) : undefined;
  },
  without: runsWithout,
  // The lab is an ordinary condition, because it has an index.
  base: () => [],
};

/** True if a run of the execution passes. */
function hasRun(test: MetadataTest, execution_id: Fragment, dialect: SearchDialect): Fragment {
  return sql`(EXISTS (SELECT 1 FROM ${dialect.table('run', 'x', 'run_activity')}
      WHERE x.execution_id = ${execution_id} AND ${runPasses(test, rowOf(dialect, 'x'), 0, dialect)}))`;
}

/** The subject of a search of executions. An execution has the metadata of all its runs. */
export const EXECUTIONS: Subject = {
  table: 'execution',
  alias: 'e',
  key: 'id',
  name: 'run_id',
  column: executionColumn,
  // `floor` limits executions, not their runs.
  passes: (test, row, _floor, dialect) => hasRun(test, row.column('id'), dialect),
  driver({ sets, runs }, dialect) {
    const parts = [
      sets && ofSets('execution_id', sets, dialect),
      runs && sql`SELECT r.execution_id FROM run r WHERE r.seq IN (${runs(0)})`,
    ].filter((one) => one !== undefined);
    return parts.length > 0
      ? sql`SELECT execution_id AS id FROM (${unionOf(parts)}) u WHERE execution_id IS NOT NULL`
      : undefined;
  },
  without: () => undefined,
  // An execution has no lab itself, but its runs have one.
  base(lab, dialect) {
    const there = sql`e.start IS NOT NULL`;
    if (lab === undefined) return [there];
    const runs = sql`SELECT 1 FROM ${dialect.table('run', 'x', 'run_activity')} WHERE x.execution_id = e.id`;
    return [
      there,
      sql`(EXISTS (${runs} AND x.lab_id = (SELECT id FROM lab WHERE name = ${dialect.literal(lab, 'indexed')})) OR NOT EXISTS (${runs}))`,
    ];
  },
};

/** The subject of a search of executions with the metadata of their own runs and of all descendants' runs. */
export const FAMILIES: Subject = {
  ...EXECUTIONS,
  passes: (test, row, _floor, dialect) => holdsBelow(row, (id) => hasRun(test, id, dialect), dialect),
  driver(test, dialect) {
    const own = EXECUTIONS.driver(test, dialect);
    return own && withAbove(own);
  },
};
