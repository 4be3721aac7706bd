/**
 * Writes the closes of a group's executions.
 * @module
 */

/** SQL of the function `take_closes`. */
export const takeCloses = `
-- A later report of the sandbox replaces an earlier one. The server's report is final and is kept in addition.
CREATE OR REPLACE FUNCTION take_closes(p_closes json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, g.workflow_id, ''
    FROM json_to_recordset(p_closes) AS g(run_id text, namespace text, workflow_id text)
    ORDER BY g.run_id ON CONFLICT DO NOTHING;
  UPDATE execution e SET observed = f.document::json,
      close_time = CASE WHEN e.settled IS NULL THEN f.close_time ELSE e.close_time END,
      status = CASE WHEN e.settled IS NULL THEN f.status ELSE e.status END
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE NOT g.final ORDER BY g.run_id, g.i DESC) f
    WHERE e.run_id = f.run_id;
  UPDATE execution e SET settled = f.document::json, close_time = f.close_time, status = f.status
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE g.final ORDER BY g.run_id, g.i) f
    WHERE e.run_id = f.run_id AND e.settled IS NULL;
  PERFORM keep_late((SELECT array_agg(ROW('execution ' || g.run_id, 'execution-close', g.document)::late_row)
    FROM json_to_recordset(p_closes) AS g(run_id text, final boolean, status text, document text)
    JOIN execution e ON e.run_id = g.run_id WHERE g.final AND e.status <> g.status));
  RETURN QUERY SELECT 'close', g.i,
      CASE WHEN NOT g.final OR e.settled::text = g.document THEN 'done' ELSE 'closed' END,
      NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_closes) AS g(i integer, run_id text, final boolean, document text)
    JOIN execution e ON e.run_id = g.run_id;
END $$;
`;
