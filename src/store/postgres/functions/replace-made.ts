/**
 * Replaces reconstructed runs by the recorded ones.
 * @module
 */
import { runNodeSql } from '../../link-nodes';

/** SQL of the function `replace_made`. */
export const replaceMade = `
-- Deletes those runs and leaves tombstones. An end that history reported is moved to the worker's run. It runs as the owner:
-- a role that may only record can delete nothing else with it.
CREATE OR REPLACE FUNCTION replace_made(p_uids text[], p_author text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  v record;
  v_reason text;
  v_from bigint;
  v_to bigint;
BEGIN
  FOR v IN SELECT * FROM made_for(p_uids) LOOP
    v_reason := 'reconstructed from Temporal; the worker''s own record arrived later: run ' || v.own_uid;
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
    PERFORM FROM value_path ORDER BY id FOR UPDATE;
    IF FOUND THEN DELETE FROM value_field WHERE seq = v.seq; END IF;
    DELETE FROM open_run WHERE seq = v.seq;
    -- Links from the reconstructed run now start at the worker's run. Links to it are derived again from that run's facts.
    v_from := ${runNodeSql('v.seq')};
    v_to := ${runNodeSql('v.own_seq')};
    DELETE FROM link WHERE later = v_from;
    DELETE FROM link_path WHERE later = v_from;
    -- Paths come first, because they are found by the links.
    INSERT INTO link_path SELECT p.later, v_to, p.kind, p.evidence, p.from_path, p.to_path
      FROM (SELECT DISTINCT later FROM link WHERE earlier = v_from) l JOIN link_path p ON p.later = l.later AND p.earlier = v_from
      ON CONFLICT DO NOTHING;
    DELETE FROM link_path p USING link l WHERE l.earlier = v_from AND p.later = l.later AND p.earlier = v_from;
    INSERT INTO link SELECT v_to, later, kind, evidence FROM link WHERE earlier = v_from ON CONFLICT DO NOTHING;
    DELETE FROM link WHERE earlier = v_from;
    DELETE FROM wanted_link WHERE later = v_from;
    DELETE FROM run_data WHERE seq = v.seq;
    DELETE FROM run_value WHERE seq = v.seq;
    DELETE FROM link_todo WHERE seq = v.seq;
    DELETE FROM settled WHERE seq = v.seq;
    DELETE FROM run WHERE seq = v.seq;
  END LOOP;
END $$;

-- A function that runs as its owner must only find its own tables.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION replace_made(text[], text) SET search_path = %I, pg_temp', current_schema());
END $$;
`;
