/**
 * Decodes a number of the search tables. `readNumber` in `postgres/values/field-text.ts` does the same.
 * @module
 */

/** SQL of the function `field_number`. */
export const fieldNumber = `
-- Decodes a number of a search table; null for other values. 16 hex digits are its 64 bits: all inverted for a
-- negative number, otherwise with the sign bit set.
CREATE OR REPLACE FUNCTION field_number(p_value text) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN left(p_value, 2) = '0:' THEN
    (SELECT (CASE WHEN v < 0 THEN 1 ELSE -1 END)
        * CASE WHEN (b >> 52) = 0 THEN (b & 4503599627370495)::float8 * 4.9406564584124654e-324::float8
          ELSE ((b & 4503599627370495) + 4503599627370496)::float8 * 2::float8 ^ ((b >> 52) - 1075)::float8 END
      FROM (SELECT v, (CASE WHEN v < 0 THEN v ELSE ~v END) & 9223372036854775807 AS b
        FROM (SELECT ('x' || substr(p_value, 3))::bit(64)::bigint AS v) o) n) END;
$$;
`;
