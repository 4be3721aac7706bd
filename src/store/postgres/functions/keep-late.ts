/**
 * Stores late reports.
 * @module
 */

/** SQL of the function `keep_late`. */
export const keepLate = `
CREATE OR REPLACE FUNCTION keep_late(p_rows late_row[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_rows IS NULL THEN RETURN; END IF;
  INSERT INTO late_report (owner, kind, digest, document)
    SELECT g.owner, g.kind, encode(sha256(convert_to(g.document, 'UTF8')), 'hex'), g.document::json
    FROM unnest(p_rows) g ON CONFLICT DO NOTHING;
END $$;
`;
