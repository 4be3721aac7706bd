/**
 * Opens the runs of a group.
 * @module
 */

/** SQL of the function `take_opens`. */
export const takeOpens = `
CREATE OR REPLACE FUNCTION take_opens(p_state bigint, p_opens json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
DECLARE
  v_rows run_row[];
BEGIN
  SELECT array_agg(g ORDER BY g.i) INTO v_rows FROM json_populate_recordset(NULL::run_row, p_opens) g;
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
  v_rows := number_shared(v_rows);
  RETURN QUERY SELECT * FROM insert_runs(p_state, v_rows);
  IF EXISTS (SELECT FROM unnest(v_rows) g WHERE g.entries IS NOT NULL) THEN PERFORM index_runs(v_rows); END IF;
END $$;
`;
