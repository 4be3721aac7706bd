/**
 * Triggers that add each row of a table of final documents to the chain, once per statement. A copy of a whole store already has
 * its own chain: `provenance.copy = on` disables the triggers.
 * @module
 */
import { type ChainedTable, chainedTables } from '../../records';
import { START_TEXT } from './chain-entry';

/** SQL of digests that cover more than one column, over the new rows `r`. */
const TEXTS: Readonly<Record<string, { text: string; from: string }>> = {
  start: { text: START_TEXT, from: 'JOIN metadata m ON m.id = r.metadata_id' },
  tombstone: {
    text: `concat_ws(E'\\n', r.what, r.ref, r.name, coalesce(encode(float8send(r.document_time), 'hex'), ''), encode(float8send(r.time), 'hex'),
      encode(r.digest, 'hex'), coalesce(encode(r.replacement, 'hex'), ''), r.reason, r.author)`,
    from: '',
  },
};

/** A trigger is created once. Replacing it would have to wait for every reader of its table. */
function chaining({ name, key, chained }: ChainedTable): string {
  const { code, what, column, comes } = chained;
  const ref = `r.${key[0]}`;
  const later = comes === 'later';
  const { text, from } = TEXTS[what] ?? {
    text: `r.${column}::text`,
    from: later
      ? `JOIN before b ON b.${key[0]} = ${ref} AND b.${column} IS NULL AND r.${column} IS NOT NULL`
      : '',
  };
  // Triggers ensure that every write is in the chain: docs/decisions/0013.
  const byte = code.toString(16).padStart(2, '0');
  return `
CREATE OR REPLACE FUNCTION chain_${name}() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM add_link(string_agg(chain_entry('\\x${byte}', ${ref}, ${text}), ''::bytea ORDER BY ${ref})) FROM added r ${from};
  RETURN NULL;
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '${name}'::regclass AND tgname = '${name}_chained') THEN RETURN; END IF;
  CREATE TRIGGER ${name}_chained AFTER ${later ? 'UPDATE' : 'INSERT'} ON ${name} REFERENCING ${later ? 'OLD TABLE AS before ' : ''}NEW TABLE AS added FOR EACH STATEMENT
    WHEN (current_setting('provenance.copy', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION chain_${name}();
END $$;
`;
}

/** SQL of a trigger and its function for each table. */
export const chainedTriggers = chainedTables().map(chaining).join('');
