/**
 * The newest revision of the schema, and what a schema looks like, as text.
 * @module
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type pg from 'pg';
import { DIST } from '../built';

const built = createRequire(join(DIST, 'x'));
export const { LATEST_REVISION } = built(
  './src/store/migrations/index.js',
) as typeof import('../../src/store/migrations');

/** Tables, indexes, triggers and views of a SQLite file, apart from the list of migrations. */
export function sqliteSchema(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    const texts = db
      .prepare(
        `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'migration' ORDER BY tbl_name, type DESC, name`,
      )
      .pluck()
      .all() as string[];
    return `${texts.map((text) => `${text};`).join('\n')}\n`;
  } finally {
    db.close();
  }
}

export type Query = (text: string) => Promise<pg.QueryResult>;

/** The same of a schema of PostgreSQL, in words that its releases agree on. */
export async function postgresSchema(query: Query, schema: string): Promise<string> {
  const lines = async (text: string) => (await query(text)).rows.map((row) => String(row.line));
  const own = `'${schema}'::regnamespace`;
  const columns = await lines(
    `SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
       CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END) AS line
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = ${own} AND c.relkind IN ('r', 'c') AND a.attnum > 0 AND c.relname <> 'migration' ORDER BY c.relname, a.attnum`,
  );
  const indexes = await lines(
    `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = '${schema}' AND tablename <> 'migration' ORDER BY indexname`,
  );
  const constraints = await lines(
    `SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) AS line FROM pg_constraint
     WHERE connamespace = ${own} AND contype IN ('f', 'c') ORDER BY conrelid::regclass::text, conname`,
  );
  const triggers = await lines(
    `SELECT pg_get_triggerdef(t.oid) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
     WHERE c.relnamespace = ${own} AND NOT tgisinternal ORDER BY tgname`,
  );
  const functions = await lines(
    `SELECT format('%s(%s) RETURNS %s %s%s', proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid),
       coalesce(array_to_string(proconfig, ' '), ''), prosrc) AS line
     FROM pg_proc WHERE pronamespace = ${own} ORDER BY proname, pg_get_function_identity_arguments(oid)`,
  );
  const views = await lines(
    `SELECT format('%s AS %s', viewname, definition) AS line FROM pg_views WHERE schemaname = '${schema}' ORDER BY viewname`,
  );
  const all = [columns, indexes, constraints, triggers, functions, views].flatMap((part) => [...part, '']);
  return `${all.join('\n').replaceAll(`${schema}.`, '').replaceAll(`search_path=${schema},`, 'search_path=its own,')}\n`;
}
