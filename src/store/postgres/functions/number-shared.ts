/**
 * Assigns runs of one execution their shared scan id.
 * @module
 */

/** SQL of the function `number_shared`. */
export const numberShared = `
-- Returns rows with the shared scan id of their execution. The first of them takes it.
CREATE OR REPLACE FUNCTION number_shared(p_rows run_row[]) RETURNS run_row[] LANGUAGE plpgsql AS $$
DECLARE
  v_row run_row;
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(p_rows) g WHERE g.scan_root IS NOT NULL AND g.numbered AND g.scan_id IS NULL)
  THEN RETURN p_rows; END IF;
  WITH wanted AS (
    SELECT DISTINCT ON (g.lab_id, g.scan_root) g.lab_id, g.scan_root, g.scan_offer, g.i
    FROM unnest(p_rows) g
    WHERE g.scan_root IS NOT NULL AND g.numbered AND g.scan_id IS NULL
      AND NOT EXISTS (SELECT FROM shared_scan s WHERE s.lab_id = g.lab_id AND s.root_run_id = g.scan_root)
    ORDER BY g.lab_id, g.scan_root, g.i
  ), numbered AS (
    SELECT w.*, coalesce(w.scan_offer, l.scan_id +
      count(*) FILTER (WHERE w.scan_offer IS NULL) OVER (PARTITION BY w.lab_id ORDER BY w.i)) AS number
    FROM wanted w JOIN lab l ON l.id = w.lab_id
  ), added AS (
    INSERT INTO shared_scan (lab_id, root_run_id, scan_id)
    SELECT lab_id, scan_root, number FROM numbered WHERE number <= 9007199254740991
  )
  UPDATE lab SET scan_id = least(9007199254740991, lab.scan_id + c.n)
  FROM (SELECT lab_id, count(*) AS n FROM numbered WHERE scan_offer IS NULL GROUP BY lab_id) c WHERE lab.id = c.lab_id;
  FOR n IN 1 .. cardinality(p_rows) LOOP
    v_row := p_rows[n];
    CONTINUE WHEN v_row.scan_root IS NULL OR NOT v_row.numbered OR v_row.scan_id IS NOT NULL;
    v_row.scan_id := (SELECT s.scan_id FROM shared_scan s
      WHERE s.lab_id = v_row.lab_id AND s.root_run_id = v_row.scan_root);
    p_rows[n] := v_row;
  END LOOP;
  RETURN p_rows;
END $$;
`;
