/**
 * Refuses to change a row. Its argument is the reason. Triggers call it.
 * @module
 */

/** SQL of the function `refuse_change`. */
export const refuseChange = `
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;
`;
