/**
 * Reads a fact of a document as text.
 * @module
 */

/** Text of the function `fact`. */
export const fact = `
-- A fact of a document as text. Escapes that no text of PostgreSQL can hold become U+FFFD, as they do in the search tables.
CREATE OR REPLACE FUNCTION fact(p_document json, VARIADIC p_path text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(p_document::text, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')::json #>> p_path;
$$;
`;
