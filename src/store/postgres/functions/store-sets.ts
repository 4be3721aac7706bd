/**
 * Creates sets of metadata and their entries in the search tables.
 * @module
 */

/** SQL of the function `store_sets`. */
export const storeSets = `
CREATE OR REPLACE FUNCTION store_sets(p_sets json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_new integer[];
BEGIN
  WITH added AS (
    INSERT INTO metadata (digest, document, slots, partial)
    SELECT DISTINCT ON (g.digest) g.digest, g.document::json, g.slots::json, g.partial
    FROM json_to_recordset(p_sets) AS g(digest text, document text, slots text, partial boolean)
    WHERE NOT EXISTS (SELECT FROM metadata m WHERE m.digest = g.digest)
    RETURNING id
  )
  SELECT array_agg(id) INTO v_new FROM added;
  IF v_new IS NULL THEN RETURN; END IF;
  INSERT INTO path (path)
    SELECT DISTINCT f ->> 0 FROM json_to_recordset(p_sets) AS g(entries json), json_array_elements(g.entries) f
    WHERE NOT EXISTS (SELECT FROM path p WHERE p.path = f ->> 0);
  WITH added AS (
    INSERT INTO metadata_field (path_id, value, metadata_id)
    SELECT DISTINCT p.id, f ->> 1, m.id
    FROM json_to_recordset(p_sets) AS g(digest text, entries json)
      JOIN metadata m ON m.digest = g.digest AND m.id = ANY (v_new), json_array_elements(g.entries) f
      JOIN path p ON p.path = f ->> 0
    RETURNING path_id
  )
  UPDATE path SET in_sets = in_sets + c.n FROM (SELECT path_id, count(*) AS n FROM added GROUP BY path_id) c
  WHERE path.id = c.path_id;
END $$;
`;
