/**
 * Checks the references of runs once per group. Foreign keys would need four checks per run.
 * @module
 */

/** SQL of the function `check_references`. */
export const checkReferences = `
-- This transaction is the only writer, so existing rows stay until it ends.
CREATE OR REPLACE FUNCTION check_references(p_rows run_row[]) RETURNS void LANGUAGE plpgsql AS $$
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
`;
