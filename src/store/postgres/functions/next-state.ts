/**
 * Adds one to the state number of a store, and returns it. Every write transaction begins with it.
 * @module
 */

// See docs/decisions/0009.

/** SQL of the function `next_state`. */
export const nextState = `
-- The transaction that takes the next state is the only writer until it ends. The caller knows the schema up to revision p_known.
-- A later revision that is breaking refuses it.
CREATE OR REPLACE FUNCTION next_state(p_known integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_state bigint;
  v_version text;
BEGIN
  UPDATE storage SET state_id = state_id + 1 RETURNING state_id INTO v_state;
  SELECT version INTO v_version FROM migration WHERE revision > p_known AND breaking ORDER BY revision DESC LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'PV001', MESSAGE = v_version;
  END IF;
  RETURN v_state;
END $$;
`;
