/**
 * Inserts runs that do not depend on each other.
 * @module
 */
import { EVIDENCE, LINK_KINDS } from '../../../model/link';
import { runNodeSql } from '../../link-nodes';

/** SQL of the function `insert_runs`. */
export const insertRuns = `
-- Inserts runs that do not depend on each other. For a uid that already exists, it returns the same answer again.
CREATE OR REPLACE FUNCTION insert_runs(p_state bigint, p_rows run_row[]) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, coalesce(g.workflow_id, ''), coalesce(g.workflow_type, '')
    FROM unnest(p_rows) g
    WHERE g.run_id IS NOT NULL AND NOT EXISTS (SELECT FROM execution e WHERE e.run_id = g.run_id)
    ORDER BY g.run_id, g.i;
  RETURN QUERY
  WITH given AS (
    SELECT g.*, e.id AS execution_id, p.seq AS p_seq, p.uid AS p_uid, p.scan_id AS p_scan_id,
      g.scan_id IS NULL AND g.numbered AND NOT (g.share_scan_id AND p.scan_id IS NOT NULL) AS counted
    FROM unnest(p_rows) g
    LEFT JOIN execution e ON e.run_id = g.run_id
    LEFT JOIN LATERAL (
      (SELECT 0 AS preference, r.seq, r.uid, r.scan_id FROM run r WHERE g.attempt > 1 AND r.uid = g.retry_of)
      UNION ALL
      (SELECT 1, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND r.execution_id = e.id AND r.activity_id = g.activity_id AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      UNION ALL
      (SELECT 2, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND g.run_id IS NULL AND r.activity_run_id = g.activity_run_id
         AND r.activity_id = g.activity_id AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      ORDER BY preference LIMIT 1
    ) p ON g.attempt > 1
  ), to_insert AS (
    SELECT g.*, CASE WHEN g.counted
        THEN l.scan_id + count(*) FILTER (WHERE g.counted) OVER (PARTITION BY g.lab_id ORDER BY g.i)
        WHEN g.scan_id IS NOT NULL THEN g.scan_id WHEN g.numbered THEN g.p_scan_id END AS number
    FROM given g JOIN lab l ON l.id = g.lab_id
  ), inserted AS (
    INSERT INTO run (uid, time, lab_id, scan_id, metadata_id, kind_id, execution_id, environment_id, session_id,
      activity_id, attempt, scheduled_time, state_id, retry_of, facts, own, activity_run_id)
    SELECT uid, time, lab_id, CASE WHEN number <= 9007199254740991 THEN number END, metadata_id, kind_id, execution_id,
      environment_id, session_id, activity_id, attempt, scheduled_time, p_state, coalesce(p_uid, retry_of), facts::json, own::json,
      activity_run_id
    FROM to_insert ORDER BY i
    RETURNING run.seq, run.uid, run.scan_id, run.retry_of
  ), opened AS (
    INSERT INTO open_run SELECT seq FROM inserted
  ), linked AS (
    INSERT INTO link SELECT ${runNodeSql('b.p_seq')}, ${runNodeSql('n.seq')}, ${LINK_KINDS['retry-of']}, ${EVIDENCE.temporal}
    FROM to_insert b JOIN inserted n USING (uid)
    WHERE b.p_seq IS NOT NULL ON CONFLICT DO NOTHING
  ), advanced AS (
    UPDATE lab SET scan_id = least(9007199254740991, lab.scan_id + c.n)
    FROM (SELECT lab_id, count(*) AS n FROM to_insert WHERE counted GROUP BY lab_id) c WHERE lab.id = c.lab_id
  )
  SELECT 'open', b.i, 'opened', n.seq, n.scan_id, p_state, n.retry_of FROM to_insert b JOIN inserted n USING (uid);
END $$;
`;
