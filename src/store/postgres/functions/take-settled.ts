/**
 * Writes the outcomes of a group.
 * @module
 */

/** SQL of the function `take_settled`. */
export const takeSettled = `
CREATE OR REPLACE FUNCTION take_settled(p_settled json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  WITH added AS (
    INSERT INTO settled (seq, time, outcome, document)
    SELECT DISTINCT ON (r.seq) r.seq, g.time, g.outcome, g.document::json
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, time double precision, outcome text, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added WHERE o.seq = added.seq;
  PERFORM keep_late((SELECT array_agg(ROW(g.run_start, 'settled', g.document)::late_row)
    FROM json_to_recordset(p_settled) AS g(run_start text, outcome text, document text)
    JOIN run r ON r.uid = g.run_start JOIN settled s ON s.seq = r.seq WHERE s.outcome <> g.outcome));
  RETURN QUERY SELECT 'settled', g.i,
      CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.document::text = g.document THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, document text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN settled s ON s.seq = r.seq;
END $$;
`;
