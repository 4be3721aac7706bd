/**
 * The function of revision 1 for PostgreSQL that opens runs, and what it is made of.
 * @module
 */

/** SQL of `take_opens`. */
export const openRuns = `
CREATE TYPE open_row AS (
  i integer, uid text, time double precision, lab_id integer, scan_id bigint, numbered boolean, share_scan_id boolean,
  stash_version bigint, metadata_id integer, kind_id integer, run_id text, namespace text, workflow_id text,
  workflow_type text, environment_id integer, session_id integer, activity_id text, attempt integer,
  scheduled_time double precision, retry_of text, facts text, own text, entries json
);
CREATE TYPE answer_row AS (section text, i integer, status text, seq bigint, scan_id bigint, state_id bigint, retry_of text);

-- Opens runs that do not depend on each other. A uid that is there already gives the same answer again.
CREATE FUNCTION open_runs(p_state bigint, p_rows open_row[]) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, coalesce(g.workflow_id, ''), coalesce(g.workflow_type, '')
    FROM unnest(p_rows) g
    WHERE g.run_id IS NOT NULL AND NOT EXISTS (SELECT FROM execution e WHERE e.run_id = g.run_id)
    ORDER BY g.run_id, g.i;
  RETURN QUERY
  WITH given AS (
    SELECT g.*, e.id AS execution_id, p.seq AS p_seq, p.uid AS p_uid, p.scan_id AS p_scan_id,
      g.scan_id IS NULL AND g.numbered AND NOT (g.share_scan_id AND p.scan_id IS NOT NULL) AS counted
    FROM unnest(p_rows) g
    LEFT JOIN execution e ON e.run_id = g.run_id
    LEFT JOIN LATERAL (
      (SELECT 0 AS place, r.seq, r.uid, r.scan_id FROM run r WHERE g.attempt > 1 AND r.uid = g.retry_of)
      UNION ALL
      (SELECT 1, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND r.execution_id = e.id AND r.activity_id = g.activity_id AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      UNION ALL
      (SELECT 2, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND g.run_id IS NULL AND r.execution_id IS NULL AND r.activity_id = g.activity_id
         AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      ORDER BY place LIMIT 1
    ) p ON g.attempt > 1
  ), placed AS (
    SELECT g.*, CASE WHEN g.counted
        THEN l.scan_id + count(*) FILTER (WHERE g.counted) OVER (PARTITION BY g.lab_id ORDER BY g.i)
        WHEN g.scan_id IS NOT NULL THEN g.scan_id WHEN g.numbered THEN g.p_scan_id END AS number
    FROM given g JOIN lab l ON l.id = g.lab_id
  ), inserted AS (
    INSERT INTO run (uid, time, lab_id, scan_id, metadata_id, kind_id, execution_id, environment_id, session_id,
      activity_id, attempt, scheduled_time, state_id, retry_of, facts, own)
    SELECT uid, time, lab_id, CASE WHEN number <= 9007199254740991 THEN number END, metadata_id, kind_id, execution_id,
      environment_id, session_id, activity_id, attempt, scheduled_time, p_state, coalesce(p_uid, retry_of), facts::json, own::json
    FROM placed ORDER BY i
    RETURNING run.seq, run.uid, run.scan_id, run.retry_of
  ), opened AS (
    INSERT INTO open_run SELECT seq FROM inserted
  ), linked AS (
    INSERT INTO link SELECT b.p_seq * 4, n.seq * 4, 'retry-of' FROM placed b JOIN inserted n USING (uid)
    WHERE b.p_seq IS NOT NULL ON CONFLICT DO NOTHING
  ), advanced AS (
    UPDATE lab SET scan_id = least(9007199254740991, lab.scan_id + c.n)
    FROM (SELECT lab_id, count(*) AS n FROM placed WHERE counted GROUP BY lab_id) c WHERE lab.id = c.lab_id
  )
  SELECT 'open', b.i, 'opened', n.seq, n.scan_id, p_state, n.retry_of FROM placed b JOIN inserted n USING (uid);
END $$;

-- Values that stand in run.own, for search.
CREATE FUNCTION index_runs(p_rows open_row[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO path (path)
    SELECT DISTINCT f ->> 0 FROM unnest(p_rows) g, json_array_elements(g.entries) f
    WHERE NOT EXISTS (SELECT FROM path p WHERE p.path = f ->> 0);
  WITH added AS (
    INSERT INTO run_field (path_id, value, seq)
    SELECT DISTINCT p.id, f ->> 1, r.seq
    FROM unnest(p_rows) g JOIN run r ON r.uid = g.uid, json_array_elements(g.entries) f JOIN path p ON p.path = f ->> 0
    RETURNING path_id
  )
  UPDATE path SET in_runs = in_runs + c.n FROM (SELECT path_id, count(*) AS n FROM added GROUP BY path_id) c
  WHERE path.id = c.path_id;
END $$;

-- Nobody else writes now, so what is there stays there until the transaction ends.
CREATE FUNCTION check_references(p_rows open_row[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT metadata_id, kind_id, lab_id, environment_id, session_id FROM unnest(p_rows)) g
    WHERE NOT EXISTS (SELECT FROM metadata m WHERE m.id = g.metadata_id)
      OR NOT EXISTS (SELECT FROM kind k WHERE k.id = g.kind_id)
      OR NOT EXISTS (SELECT FROM lab l WHERE l.id = g.lab_id)
      OR (g.environment_id IS NOT NULL AND NOT EXISTS (SELECT FROM environment e WHERE e.id = g.environment_id))
      OR (g.session_id IS NOT NULL AND NOT EXISTS (SELECT FROM worker_session s WHERE s.id = g.session_id)))
  THEN
    RAISE EXCEPTION 'a row that runs refer to is gone' USING ERRCODE = 'foreign_key_violation';
  END IF;
END $$;

CREATE FUNCTION take_opens(p_state bigint, p_opens json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
DECLARE
  v_rows open_row[];
BEGIN
  SELECT array_agg(g ORDER BY g.i) INTO v_rows FROM json_populate_recordset(NULL::open_row, p_opens) g;
  PERFORM check_references(v_rows);
  RETURN QUERY SELECT 'open', g.i, 'opened', r.seq, r.scan_id, r.state_id, r.retry_of
    FROM unnest(v_rows) g JOIN run r ON r.uid = g.uid;
  RETURN QUERY SELECT 'open', g.i, 'stash-moved', NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM unnest(v_rows) g JOIN lab l ON l.id = g.lab_id
    WHERE g.stash_version <> l.stash_version AND NOT EXISTS (SELECT FROM run r WHERE r.uid = g.uid);
  SELECT array_agg(g ORDER BY g.i) INTO v_rows FROM unnest(v_rows) g JOIN lab l ON l.id = g.lab_id
    WHERE (g.stash_version IS NULL OR g.stash_version = l.stash_version)
      AND NOT EXISTS (SELECT FROM run r WHERE r.uid = g.uid);
  IF v_rows IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT * FROM open_runs(p_state, v_rows);
  IF EXISTS (SELECT FROM unnest(v_rows) g WHERE g.entries IS NOT NULL) THEN PERFORM index_runs(v_rows); END IF;
END $$;
`;
