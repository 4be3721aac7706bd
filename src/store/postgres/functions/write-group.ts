/**
 * Writes a group of records: a whole write transaction in one round trip. It first takes the next state of the store, and with it
 * the writers' lock. Each later statement therefore sees everything that was committed before. It runs with the caller's rights.
 * @module
 */
import { INDEXED } from './indexed';

// See docs/decisions/0010.

/** SQL of the function `write_group`. */
export const writeGroup = `
-- p_known: the newest revision that the caller knows. p_state: the state that this transaction has already taken; null: take it here.
CREATE OR REPLACE FUNCTION write_group(p_known integer, p_state bigint, p_opens json, p_stops json, p_settled json, p_executions json,
  p_closes json) RETURNS SETOF answer_row LANGUAGE plpgsql
  ${INDEXED} AS $$
DECLARE
  v_state bigint := coalesce(p_state, next_state(p_known));
BEGIN
  IF p_executions IS NOT NULL THEN RETURN QUERY SELECT * FROM take_executions(p_executions); END IF;
  IF p_opens IS NOT NULL THEN RETURN QUERY SELECT * FROM take_opens(v_state, p_opens); END IF;
  IF p_stops IS NOT NULL THEN RETURN QUERY SELECT * FROM take_stops(p_stops); END IF;
  IF p_settled IS NOT NULL THEN RETURN QUERY SELECT * FROM take_settled(p_settled); END IF;
  IF p_closes IS NOT NULL THEN RETURN QUERY SELECT * FROM take_closes(p_closes); END IF;
END $$;
`;
