/**
 * Functions of revision 1 for PostgreSQL. `write_group` is a whole write transaction in one round trip: it takes the next
 * state of the store (and with it the writers' lock), so each statement after it sees all that was committed before.
 * They run with the caller's rights: what a role may not do, it may not do through them.
 * @module
 */
import { openRuns } from './0001-runs.postgres-open';

/**
 * A plan is made once per connection, perhaps while the tables are empty, and kept while they grow: it must go by the
 * indexes whatever the statistics say. Groups are small, so the nested loops that are left suit them.
 */
const INDEXED = `SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET plan_cache_mode = force_generic_plan`;

const closeRuns = `
CREATE FUNCTION take_stops(p_stops json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
DECLARE
  v_known bigint[];
BEGIN
  WITH added AS (
    INSERT INTO stop (seq, uid, time, exit_status, document)
    SELECT DISTINCT ON (r.seq) r.seq, g.uid, g.time, g.exit_status, g.document::json
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text, time double precision, exit_status text, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added WHERE o.seq = added.seq;
  RETURN QUERY SELECT 'stop', g.i, CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.uid = g.uid THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN stop s ON s.seq = r.seq;
END $$;

CREATE FUNCTION take_settled(p_settled json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  WITH added AS (
    INSERT INTO settled (seq, time, outcome, document)
    SELECT DISTINCT ON (r.seq) r.seq, g.time, g.outcome, g.document::json
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, time double precision, outcome text, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added WHERE o.seq = added.seq;
  RETURN QUERY SELECT 'settled', g.i,
      CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.document::text = g.document THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, document text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN settled s ON s.seq = r.seq;
END $$;
`;

/** True for a close that stands after the server's word in the same group. */
const SETTLED_BEFORE = `EXISTS (SELECT FROM json_to_recordset(p_closes) AS b(i integer, run_id text, final boolean)
        WHERE b.final AND b.run_id = g.run_id AND b.i < g.i)`;

const executions = `
-- The first telling stands, except that a stub gets its facts.
CREATE FUNCTION take_executions(p_executions json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, g.workflow_id, g.workflow_type
    FROM json_to_recordset(p_executions) AS g(i integer, run_id text, namespace text, workflow_id text, workflow_type text)
    ORDER BY g.run_id, g.i ON CONFLICT DO NOTHING;
  UPDATE execution e SET first_run_id = f.first_run_id, parent_run_id = f.parent_run_id, start_time = f.start_time,
      start = f.document::json
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_executions) AS
      g(i integer, run_id text, first_run_id text, parent_run_id text, start_time double precision, document text)
      WHERE g.document IS NOT NULL ORDER BY g.run_id, g.i) f
    WHERE e.run_id = f.run_id AND e.start IS NULL;
  RETURN QUERY SELECT 'execution', g.i, 'done', NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_executions) AS g(i integer);
END $$;

-- The sandbox' word is replaced by its later ones, until the server's settles it.
CREATE FUNCTION take_closes(p_closes json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, g.workflow_id, ''
    FROM json_to_recordset(p_closes) AS g(run_id text, namespace text, workflow_id text)
    ORDER BY g.run_id ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT 'close', g.i,
      CASE WHEN e.settled::text = g.document OR (e.settled IS NULL AND NOT (${SETTLED_BEFORE})) THEN 'done' ELSE 'closed' END,
      NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_closes) AS g(i integer, run_id text, final boolean, document text)
    JOIN execution e ON e.run_id = g.run_id WHERE NOT g.final;
  UPDATE execution e SET observed = f.document::json, close_time = f.close_time, status = f.status
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE NOT g.final AND NOT (${SETTLED_BEFORE}) ORDER BY g.run_id, g.i DESC) f
    WHERE e.run_id = f.run_id AND e.settled IS NULL;
  UPDATE execution e SET settled = f.document::json, close_time = f.close_time, status = f.status
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE g.final ORDER BY g.run_id, g.i) f
    WHERE e.run_id = f.run_id AND e.settled IS NULL;
  RETURN QUERY SELECT 'close', g.i, CASE WHEN e.settled::text = g.document THEN 'done' ELSE 'closed' END,
      NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_closes) AS g(i integer, run_id text, final boolean, document text)
    JOIN execution e ON e.run_id = g.run_id WHERE g.final;
END $$;
`;

const reading = `
-- A fact of a document as text. Escapes that no text of PostgreSQL can hold become U+FFFD, as they do in the search tables.
CREATE FUNCTION fact(p_document json, VARIADIC p_path text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(p_document::text, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')::json #>> p_path;
$$;
`;

const groups = `
-- The next state of the store. Whoever has taken it is the only writer until the transaction ends.
CREATE FUNCTION next_state() RETURNS bigint LANGUAGE sql AS $$
  UPDATE storage SET state_id = state_id + 1 RETURNING state_id;
$$;

-- p_state: the state that this transaction has taken already; null to take it here.
CREATE FUNCTION write_group(p_state bigint, p_opens json, p_stops json, p_settled json, p_executions json, p_closes json)
RETURNS SETOF answer_row LANGUAGE plpgsql
  ${INDEXED} AS $$
DECLARE
  v_state bigint := coalesce(p_state, next_state());
BEGIN
  IF p_executions IS NOT NULL THEN RETURN QUERY SELECT * FROM take_executions(p_executions); END IF;
  IF p_opens IS NOT NULL THEN RETURN QUERY SELECT * FROM take_opens(v_state, p_opens); END IF;
  IF p_stops IS NOT NULL THEN RETURN QUERY SELECT * FROM take_stops(p_stops); END IF;
  IF p_settled IS NOT NULL THEN RETURN QUERY SELECT * FROM take_settled(p_settled); END IF;
  IF p_closes IS NOT NULL THEN RETURN QUERY SELECT * FROM take_closes(p_closes); END IF;
END $$;

-- Ids of what repeats, made where they are missing. Under the writers' lock, so that it can't deadlock with them.
CREATE FUNCTION place(p_labs text[], p_kinds json, p_environments text[], p_sessions text[], p_sets json)
RETURNS TABLE (what text, key text, id integer) LANGUAGE plpgsql
  ${INDEXED} AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM storage FOR NO KEY UPDATE;
  INSERT INTO lab (name) SELECT DISTINCT n FROM unnest(p_labs) n WHERE NOT EXISTS (SELECT FROM lab WHERE name = n);
  INSERT INTO environment (environment_id) SELECT DISTINCT n FROM unnest(p_environments) n
    WHERE NOT EXISTS (SELECT FROM environment WHERE environment_id = n);
  INSERT INTO worker_session (session_id) SELECT DISTINCT n FROM unnest(p_sessions) n
    WHERE NOT EXISTS (SELECT FROM worker_session WHERE session_id = n);
  INSERT INTO kind (digest, namespace, workflow_type, activity_type, task_queue, is_local)
    SELECT DISTINCT ON (k.digest) k.* FROM json_to_recordset(p_kinds) AS
      k(digest text, namespace text, workflow_type text, activity_type text, task_queue text, is_local boolean)
    WHERE NOT EXISTS (SELECT FROM kind WHERE kind.digest = k.digest);
  PERFORM place_sets(p_sets);
  RETURN QUERY
    SELECT 'lab', name, id FROM lab WHERE name = ANY (p_labs)
    UNION ALL SELECT 'environment', environment_id, id FROM environment WHERE environment_id = ANY (p_environments)
    UNION ALL SELECT 'session', session_id, id FROM worker_session WHERE session_id = ANY (p_sessions)
    UNION ALL SELECT 'kind', k.digest, k.id FROM json_to_recordset(p_kinds) AS g(digest text) JOIN kind k USING (digest)
    UNION ALL SELECT 'set', m.digest, m.id FROM json_to_recordset(p_sets) AS g(digest text) JOIN metadata m USING (digest);
END $$;

CREATE FUNCTION place_sets(p_sets json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_new integer[];
BEGIN
  WITH added AS (
    INSERT INTO metadata (digest, document, slots, partial)
    SELECT DISTINCT ON (g.digest) g.digest, g.document::json, g.slots::json, g.partial
    FROM json_to_recordset(p_sets) AS g(digest text, document text, slots text, partial boolean)
    WHERE NOT EXISTS (SELECT FROM metadata m WHERE m.digest = g.digest)
    RETURNING id
  )
  SELECT array_agg(id) INTO v_new FROM added;
  IF v_new IS NULL THEN RETURN; END IF;
  INSERT INTO path (path)
    SELECT DISTINCT f ->> 0 FROM json_to_recordset(p_sets) AS g(entries json), json_array_elements(g.entries) f
    WHERE NOT EXISTS (SELECT FROM path p WHERE p.path = f ->> 0);
  WITH added AS (
    INSERT INTO metadata_field (path_id, value, metadata_id)
    SELECT DISTINCT p.id, f ->> 1, m.id
    FROM json_to_recordset(p_sets) AS g(digest text, entries json)
      JOIN metadata m ON m.digest = g.digest AND m.id = ANY (v_new), json_array_elements(g.entries) f
      JOIN path p ON p.path = f ->> 0
    RETURNING path_id
  )
  UPDATE path SET in_sets = in_sets + c.n FROM (SELECT path_id, count(*) AS n FROM added GROUP BY path_id) c
  WHERE path.id = c.path_id;
END $$;
`;

/** All functions of the schema, in an order in which they can be made. */
export const postgresFunctions = openRuns + closeRuns + executions + reading + groups;
