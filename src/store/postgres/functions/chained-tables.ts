/**
 * Enters whatever is written to a table of final documents in the chain, once a statement. A copy of a whole store brings its own
 * chain: `provenance.copy = on` keeps the triggers quiet.
 * @module
 */
import { START_TEXT } from './chain-entry';

interface Chaining {
  table: string;
  event: 'INSERT' | 'UPDATE';
  kind: number;
  /** Key of the row, and the text that its digest is of. */
  ref: string;
  text: string;
  /** What to look at besides the rows of the statement. */
  from?: string;
}

const CHAININGS: readonly Chaining[] = [
  {
    table: 'run',
    event: 'INSERT',
    kind: 1,
    ref: 'r.seq',
    text: START_TEXT,
    from: 'JOIN metadata m ON m.id = r.metadata_id',
  },
  { table: 'stop', event: 'INSERT', kind: 2, ref: 'r.seq', text: 'r.document::text' },
  { table: 'settled', event: 'INSERT', kind: 3, ref: 'r.seq', text: 'r.document::text' },
  {
    table: 'execution',
    event: 'UPDATE',
    kind: 4,
    ref: 'r.id',
    text: 'r.settled::text',
    from: 'JOIN before b ON b.id = r.id AND b.settled IS NULL AND r.settled IS NOT NULL',
  },
  {
    table: 'environment',
    event: 'UPDATE',
    kind: 5,
    ref: 'r.id',
    text: 'r.document',
    from: 'JOIN before b ON b.id = r.id AND b.document IS NULL AND r.document IS NOT NULL',
  },
  {
    table: 'tombstone',
    event: 'INSERT',
    kind: 6,
    ref: 'r.id',
    text: `concat_ws(E'\\n', r.what, r.ref, r.name, coalesce(encode(float8send(r.document_time), 'hex'), ''), encode(float8send(r.time), 'hex'),
      encode(r.digest, 'hex'), coalesce(encode(r.replacement, 'hex'), ''), r.reason, r.author)`,
  },
];

/** A trigger is made once: to make it anew would wait for every reader of its table. */
function chaining({ table, event, kind, ref, text, from = '' }: Chaining): string {
  const before = event === 'UPDATE' ? 'OLD TABLE AS before ' : '';
  return `
CREATE OR REPLACE FUNCTION chain_${table}() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM add_link(string_agg(chain_entry('\\x0${kind}', ${ref}, ${text}), ''::bytea ORDER BY ${ref})) FROM added r ${from};
  RETURN NULL;
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '${table}'::regclass AND tgname = '${table}_chained') THEN RETURN; END IF;
  CREATE TRIGGER ${table}_chained AFTER ${event} ON ${table} REFERENCING ${before}NEW TABLE AS added FOR EACH STATEMENT
    WHEN (current_setting('provenance.copy', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION chain_${table}();
END $$;
`;
}

/** Text of a trigger and its function for each table. */
export const chainedTables = CHAININGS.map(chaining).join('');
