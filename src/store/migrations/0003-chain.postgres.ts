/**
 * Revision 3 for PostgreSQL. The links are made by triggers, once per statement, so that whatever writes a document enters it in the
 * chain. A copy of a whole store brings its own chain: `provenance.copy = on` keeps the triggers quiet.
 * @module
 */

const tables = `
CREATE TABLE chain (
  n bigint PRIMARY KEY,
  state_id bigint NOT NULL,
  entries bytea NOT NULL,
  digest bytea NOT NULL
);
ALTER TABLE chain ALTER entries SET STORAGE EXTERNAL;   -- digests do not compress
CREATE TABLE tombstone (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what text COLLATE "C" NOT NULL,
  ref bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  document_time double precision,
  time double precision NOT NULL,
  digest bytea NOT NULL,
  replacement bytea,
  reason text NOT NULL,
  author text NOT NULL
);
CREATE INDEX tombstone_ref ON tombstone (what, ref);
CREATE INDEX tombstone_name ON tombstone (name);
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a link of the chain is never rewritten');
CREATE TRIGGER tombstone_stays BEFORE UPDATE ON tombstone FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a tombstone is never rewritten');
`;

const functions = `
-- Who writes holds the row of storage until the transaction ends, so the last link stays the last one.
CREATE FUNCTION add_link(p_entries bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_n bigint;
  v_state bigint;
  v_before bytea;
BEGIN
  IF p_entries IS NULL THEN RETURN; END IF;
  SELECT state_id INTO v_state FROM storage;
  SELECT n, digest INTO v_n, v_before FROM chain ORDER BY n DESC LIMIT 1;
  v_n := coalesce(v_n, 0) + 1;
  INSERT INTO chain VALUES (v_n, v_state, p_entries,
    sha256(coalesce(v_before, ''::bytea) || int8send(v_n) || int8send(v_state) || p_entries));
END $$;

CREATE FUNCTION chain_entry(p_kind bytea, p_ref bigint, p_text text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT p_kind || int8send(p_ref) || sha256(convert_to(p_text, 'UTF8'));
$$;
`;

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
    text: `concat(r.uid, E'\\n', encode(float8send(r.time), 'hex'), E'\\n', r.scan_id, E'\\n', r.state_id, E'\\n', r.retry_of, E'\\n',
      m.digest, E'\\n', r.own::text, E'\\n', r.facts::text)`,
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

function chaining({ table, event, kind, ref, text, from = '' }: Chaining): string {
  const before = event === 'UPDATE' ? 'OLD TABLE AS before ' : '';
  return `
CREATE FUNCTION chain_${table}() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM add_link(string_agg(chain_entry('\\x0${kind}', ${ref}, ${text}), ''::bytea ORDER BY ${ref})) FROM added r ${from};
  RETURN NULL;
END $$;
CREATE TRIGGER ${table}_chained AFTER ${event} ON ${table} REFERENCING ${before}NEW TABLE AS added FOR EACH STATEMENT
  WHEN (current_setting('provenance.copy', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION chain_${table}();
`;
}

/** Text of revision 3 for PostgreSQL; run with `search_path` set to the store's schema. */
export const postgres = tables + functions + CHAININGS.map(chaining).join('');
