/**
 * An entry of a chain link.
 * @module
 */

/**
 * SQL of the text that a start's digest covers, over `run r` and `metadata m`. `startDigest` of `integrity/digests.ts` is the
 * same in TypeScript.
 */
export const START_TEXT = `concat(r.uid, E'\\n', encode(float8send(r.time), 'hex'), E'\\n', r.scan_id, E'\\n', r.state_id, E'\\n', r.retry_of, E'\\n',
      m.digest, E'\\n', r.own::text, E'\\n', r.facts::text)`;

/** SQL of the function `chain_entry`. */
export const chainEntry = `
CREATE OR REPLACE FUNCTION chain_entry(p_kind bytea, p_ref bigint, p_text text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT p_kind || int8send(p_ref) || sha256(convert_to(p_text, 'UTF8'));
$$;
`;
