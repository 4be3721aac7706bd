/**
 * The kinds of records that a store contains. Most runs have no lineage, so a page of them needs almost no queries. Node only.
 * @module
 */
import type { LinkDatabase } from './database';

/** Which tables have rows when a page begins. Rows that are committed later belong to a later chain link. */
export interface Holdings {
  links: boolean;
  /** Links wait for an earlier end. */
  waiting: boolean;
  origins: boolean;
  /** Documents of used and generated data. */
  data: boolean;
  /** Strings that can show a flow of values. */
  values: boolean;
}

const TABLES = {
  links: 'link',
  waiting: 'wanted_link',
  origins: 'origins',
  data: 'data',
  given: 'run_value',
} as const;
const EXISTS = `SELECT ${Object.entries(TABLES)
  .map(([name, table]) => `EXISTS (SELECT 1 FROM ${table}) AS ${name}`)
  .join(', ')}`;

/** Checks each table for a first row. */
export async function readHoldings(db: LinkDatabase): Promise<Holdings> {
  const [row] = await db.query<Record<keyof typeof TABLES, number | boolean>>(EXISTS);
  const { links, waiting, origins, data, given } = row!;
  return { links: !!links, waiting: !!waiting, origins: !!origins, data: !!data, values: !!given };
}
