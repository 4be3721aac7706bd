/**
 * Writes the stops of a group.
 * @module
 */

/** SQL of the function `take_stops`. */
export const takeStops = `
CREATE OR REPLACE FUNCTION take_stops(p_stops json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  WITH given AS (
    SELECT DISTINCT ON (r.seq) r.seq, g.*
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text, time double precision, exit_status text,
      elsewhere boolean, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
  ), added AS (
    INSERT INTO stop (seq, uid, time, exit_status, document)
    SELECT seq, uid, time, exit_status, document::json FROM given
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added JOIN given USING (seq) WHERE o.seq = added.seq AND NOT given.elsewhere;
  PERFORM keep_late((SELECT array_agg(ROW(g.run_start, 'stop', g.document)::late_row)
    FROM json_to_recordset(p_stops) AS g(uid text, run_start text, document text)
    JOIN run r ON r.uid = g.run_start JOIN stop s ON s.seq = r.seq WHERE s.uid <> g.uid));
  RETURN QUERY SELECT 'stop', g.i, CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.uid = g.uid THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN stop s ON s.seq = r.seq;
END $$;
`;
