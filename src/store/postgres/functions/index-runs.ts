/**
 * Adds values that differ between runs to the search tables.
 * @module
 */

/** SQL of the function `index_runs`. */
export const indexRuns = `
-- Values of run.own, for search.
CREATE OR REPLACE FUNCTION index_runs(p_rows run_row[]) RETURNS void LANGUAGE plpgsql AS $$
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
`;
