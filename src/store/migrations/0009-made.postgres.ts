/**
 * Revision 9 for PostgreSQL: a worker's record takes the place of a run that was made of what Temporal told.
 * @module
 */

/** Milliseconds are all that a worker is told of an instant. */
const ROUNDING_S = 0.001;

const functions = `
-- For each run that a worker recorded, the run that was made in its place: of the same attempt, scheduled before and not ended by
-- then, and of the same worker where both name one.
CREATE FUNCTION made_for(p_uids text[]) RETURNS TABLE (
  own_seq bigint, own_uid text, seq bigint, uid text, made_time double precision, digest bytea, has_own boolean,
  settled_time double precision, outcome text, settled json
) LANGUAGE sql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT o.seq, o.uid, f.* FROM run o
    JOIN LATERAL (
      SELECT r.seq, r.uid, r.time, sha256(convert_to(concat(r.uid, E'\\n', encode(float8send(r.time), 'hex'), E'\\n', r.scan_id, E'\\n',
          r.state_id, E'\\n', r.retry_of, E'\\n', m.digest, E'\\n', r.own::text, E'\\n', r.facts::text), 'UTF8')),
        r.own IS NOT NULL, s.time, s.outcome, s.document
      FROM run r JOIN metadata m ON m.id = r.metadata_id LEFT JOIN settled s ON s.seq = r.seq
      WHERE r.execution_id = o.execution_id AND r.activity_id = o.activity_id AND r.attempt = o.attempt AND r.seq <> o.seq
        AND fact(r.facts, 'provenance', 'origin') IS NOT NULL
        AND r.scheduled_time <= o.scheduled_time + ${ROUNDING_S} AND coalesce(s.time, o.scheduled_time) >= o.scheduled_time - ${ROUNDING_S}
        AND coalesce(fact(r.facts, 'temporal', 'worker', 'identity') = fact(o.facts, 'temporal', 'worker', 'identity'), true)
      ORDER BY r.scheduled_time DESC, r.seq DESC LIMIT 1
    ) f ON true
  WHERE o.uid = ANY (p_uids) AND fact(o.facts, 'provenance', 'origin') IS NULL;
$$;

-- Takes those out, each under a tombstone; what history told of their end goes on with the worker's run. As the owner: a role that
-- may only record takes nothing else out by it.
CREATE FUNCTION replace_made(p_uids text[], p_author text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  v record;
  v_reason text;
BEGIN
  FOR v IN SELECT * FROM made_for(p_uids) LOOP
    v_reason := 'made of what Temporal told; its worker''s own record came later: run ' || v.own_uid;
    IF v.settled IS NOT NULL AND fact(v.settled, 'evidence', 'source') IS DISTINCT FROM 'workflow'
      AND NOT EXISTS (SELECT FROM settled s WHERE s.seq = v.own_seq)
    THEN
      INSERT INTO settled (seq, time, outcome, document) VALUES (v.own_seq, v.settled_time, v.outcome,
        replace(v.settled::text, to_json(v.uid)::text, to_json(v.own_uid)::text)::json);
      DELETE FROM open_run WHERE seq = v.own_seq;
    END IF;
    INSERT INTO tombstone (what, ref, name, document_time, time, digest, reason, author)
      VALUES ('start', v.seq, v.uid, v.made_time, extract(epoch FROM clock_timestamp()), v.digest, v_reason, p_author);
    IF v.settled IS NOT NULL THEN
      INSERT INTO tombstone (what, ref, name, document_time, time, digest, reason, author)
        VALUES ('settled', v.seq, v.uid, v.settled_time, extract(epoch FROM clock_timestamp()),
          sha256(convert_to(v.settled::text, 'UTF8')), v_reason, p_author);
    END IF;
    IF v.has_own THEN
      WITH gone AS (DELETE FROM run_field WHERE seq = v.seq RETURNING path_id)
      UPDATE path SET in_runs = in_runs - c.n FROM (SELECT path_id, count(*) AS n FROM gone GROUP BY path_id) c WHERE path.id = c.path_id;
    END IF;
    DELETE FROM open_run WHERE seq = v.seq;
    DELETE FROM link WHERE target = v.seq * 4 OR source = v.seq * 4;
    DELETE FROM settled WHERE seq = v.seq;
    DELETE FROM run WHERE seq = v.seq;
  END LOOP;
END $$;

-- A function that runs as its owner must not find other tables than its own.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION replace_made(text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
`;

/** Text of revision 9 for PostgreSQL. */
export const postgres = functions;
