/**
 * Writes the starts of a group's executions.
 * @module
 */

/** SQL of the function `take_executions`. */
export const takeExecutions = `
-- The first start counts. A row without facts receives them.
CREATE OR REPLACE FUNCTION take_executions(p_executions json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, g.workflow_id, g.workflow_type
    FROM json_to_recordset(p_executions) AS g(i integer, run_id text, namespace text, workflow_id text, workflow_type text)
    ORDER BY g.run_id, g.i ON CONFLICT DO NOTHING;
  UPDATE execution e SET first_run_id = f.first_run_id, parent_run_id = f.parent_run_id, start_time = f.start_time,
      start = f.start::json
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_executions) AS
      g(i integer, run_id text, first_run_id text, parent_run_id text, start_time double precision, start text)
      WHERE g.start IS NOT NULL ORDER BY g.run_id, g.i) f
    WHERE e.run_id = f.run_id AND e.start IS NULL;
  RETURN QUERY SELECT 'execution', g.i, 'done', NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_executions) AS g(i integer);
END $$;
`;
