/**
 * What a store has at all of the records that a page of the chain may follow: most runs have no lineage, and a page of them then asks next
 * to nothing. Node only.
 * @module
 */
import type { LinkDatabase } from './database';

/** Which tables have rows as a page begins. What is committed later is in a later link of the chain, and is taken by that. */
export interface Holdings {
  links: boolean;
  /** Links wait for an earlier end. */
  waiting: boolean;
  origins: boolean;
  /** Documents of what runs used and generated. */
  data: boolean;
  /** Strings that may tell what flows. */
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

/** Looks whether there is a first row in each. */
export async function readHoldings(db: LinkDatabase): Promise<Holdings> {
  const [row] = await db.query<Record<keyof typeof TABLES, number | boolean>>(EXISTS);
  const { links, waiting, origins, data, given } = row!;
  return { links: !!links, waiting: !!waiting, origins: !!origins, data: !!data, values: !!given };
}
