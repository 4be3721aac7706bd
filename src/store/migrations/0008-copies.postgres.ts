/**
 * Revision 8 for PostgreSQL: what copies need, and a next state that refuses a release which must not write any more.
 * @module
 */

const tables = `
CREATE TABLE origin (
  state_id bigint PRIMARY KEY,
  storage_id text NOT NULL,
  time double precision NOT NULL
);
CREATE TRIGGER origin_stays BEFORE UPDATE ON origin FOR EACH ROW
  EXECUTE FUNCTION refuse_change('an origin is never rewritten');
CREATE TABLE place (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  storage_id text NOT NULL,
  state_id bigint NOT NULL,
  file text NOT NULL,
  host text NOT NULL,
  path text NOT NULL,
  time double precision NOT NULL,
  how text NOT NULL
);
`;

const functions = `
-- The next state, for a release that knows the schema up to p_known.
CREATE FUNCTION next_state(p_known integer) RETURNS bigint LANGUAGE plpgsql AS $$
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

CREATE FUNCTION write_group(p_known integer, p_state bigint, p_opens json, p_stops json, p_settled json, p_executions json,
  p_closes json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT * FROM write_group(coalesce(p_state, next_state(p_known)), p_opens, p_stops, p_settled, p_executions, p_closes);
END $$;
`;

/** Text of revision 8 for PostgreSQL. */
export const postgres = tables + functions;
