/**
 * Adds a link to the chain.
 * @module
 */

/** SQL of the function `add_link`. */
export const addLink = `
-- A writer locks the row of storage until the transaction ends, so the last link stays the last one.
CREATE OR REPLACE FUNCTION add_link(p_entries bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_n bigint;
  v_state bigint;
  v_before bytea;
BEGIN
  IF p_entries IS NULL THEN RETURN; END IF;
  SELECT state_id INTO v_state FROM storage;
  SELECT n, digest INTO v_n, v_before FROM chain ORDER BY n DESC LIMIT 1;
  v_n := coalesce(v_n, 0) + 1;
  INSERT INTO chain VALUES (v_n, v_state, p_entries,
    sha256(coalesce(v_before, ''::bytea) || int8send(v_n) || int8send(v_state) || p_entries));
END $$;
`;
