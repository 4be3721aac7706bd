/**
 * Reads a fact of a document as text.
 * @module
 */

// Escapes that no text of PostgreSQL holds: docs/design/store.md#postgresql.

/** SQL of the function `fact`. */
export const fact = `
-- Returns a fact of a document as text. Characters that PostgreSQL can't hold become U+FFFD, as in the search tables.
CREATE OR REPLACE FUNCTION fact(p_document json, VARIADIC p_path text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(p_document::text, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')::json #>> p_path;
$$;
`;
