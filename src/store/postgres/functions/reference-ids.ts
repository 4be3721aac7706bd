/**
 * Returns the ids of repeated rows: labs, kinds, environments, sessions, sets of metadata.
 * @module
 */
import { INDEXED } from './indexed';

/** SQL of the function `reference_ids`. */
export const referenceIds = `
-- Returns ids of repeated rows and creates missing ones. It takes the writers' lock, so it can't deadlock with them.
CREATE OR REPLACE FUNCTION reference_ids(p_labs text[], p_kinds json, p_environments text[], p_sessions text[], p_sets json)
RETURNS TABLE (what text, key text, id integer) LANGUAGE plpgsql
  ${INDEXED} AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM storage FOR NO KEY UPDATE;
  INSERT INTO lab (name) SELECT DISTINCT n FROM unnest(p_labs) n WHERE NOT EXISTS (SELECT FROM lab WHERE name = n);
  INSERT INTO environment (environment_id) SELECT DISTINCT n FROM unnest(p_environments) n
    WHERE NOT EXISTS (SELECT FROM environment WHERE environment_id = n);
  INSERT INTO worker_session (session_id) SELECT DISTINCT n FROM unnest(p_sessions) n
    WHERE NOT EXISTS (SELECT FROM worker_session WHERE session_id = n);
  INSERT INTO kind (digest, namespace, workflow_type, activity_type, task_queue, is_local)
    SELECT DISTINCT ON (k.digest) k.* FROM json_to_recordset(p_kinds) AS
      k(digest text, namespace text, workflow_type text, activity_type text, task_queue text, is_local boolean)
    WHERE NOT EXISTS (SELECT FROM kind WHERE kind.digest = k.digest);
  PERFORM store_sets(p_sets);
  RETURN QUERY
    SELECT 'lab', name, id FROM lab WHERE name = ANY (p_labs)
    UNION ALL SELECT 'environment', environment_id, id FROM environment WHERE environment_id = ANY (p_environments)
    UNION ALL SELECT 'session', session_id, id FROM worker_session WHERE session_id = ANY (p_sessions)
    UNION ALL SELECT 'kind', k.digest, k.id FROM json_to_recordset(p_kinds) AS g(digest text) JOIN kind k USING (digest)
    UNION ALL SELECT 'set', m.digest, m.id FROM json_to_recordset(p_sets) AS g(digest text) JOIN metadata m USING (digest);
END $$;
`;
