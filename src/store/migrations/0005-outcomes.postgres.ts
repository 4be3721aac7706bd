/**
 * Revision 5 for PostgreSQL: the functions that open, stop, settle and close, as they are from here on.
 * @module
 */

const tables = `
ALTER TABLE run ADD COLUMN activity_run_id text COLLATE "C";
ALTER TABLE run DISABLE TRIGGER run_stays;
UPDATE run SET activity_run_id = fact(facts, 'temporal', 'activity_run_id') WHERE execution_id IS NULL;
ALTER TABLE run ENABLE TRIGGER run_stays;
CREATE INDEX run_standalone ON run (activity_run_id, activity_id, attempt, seq) WHERE activity_run_id IS NOT NULL;

CREATE TABLE late_report (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  document json NOT NULL,
  UNIQUE (owner, kind, digest)
);
CREATE TRIGGER late_report_stays BEFORE UPDATE ON late_report FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a late report is never rewritten');

ALTER TYPE open_row ADD ATTRIBUTE activity_run_id text;
`;

const opening = `
-- Opens runs that do not depend on each other. A uid that is there already gives the same answer again.
CREATE OR REPLACE FUNCTION open_runs(p_state bigint, p_rows open_row[]) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
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
      (SELECT 0 AS place, r.seq, r.uid, r.scan_id FROM run r WHERE g.attempt > 1 AND r.uid = g.retry_of)
      UNION ALL
      (SELECT 1, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND r.execution_id = e.id AND r.activity_id = g.activity_id AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      UNION ALL
      (SELECT 2, r.seq, r.uid, r.scan_id FROM run r
       WHERE g.attempt > 1 AND g.run_id IS NULL AND r.activity_run_id = g.activity_run_id
         AND r.activity_id = g.activity_id AND r.attempt = g.attempt - 1
       ORDER BY r.seq DESC LIMIT 1)
      ORDER BY place LIMIT 1
    ) p ON g.attempt > 1
  ), placed AS (
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
    FROM placed ORDER BY i
    RETURNING run.seq, run.uid, run.scan_id, run.retry_of
  ), opened AS (
    INSERT INTO open_run SELECT seq FROM inserted
  ), linked AS (
    INSERT INTO link SELECT b.p_seq * 4, n.seq * 4, 'retry-of' FROM placed b JOIN inserted n USING (uid)
    WHERE b.p_seq IS NOT NULL ON CONFLICT DO NOTHING
  ), advanced AS (
    UPDATE lab SET scan_id = least(9007199254740991, lab.scan_id + c.n)
    FROM (SELECT lab_id, count(*) AS n FROM placed WHERE counted GROUP BY lab_id) c WHERE lab.id = c.lab_id
  )
  SELECT 'open', b.i, 'opened', n.seq, n.scan_id, p_state, n.retry_of FROM placed b JOIN inserted n USING (uid);
END $$;
`;

const late = `
CREATE TYPE late_row AS (owner text, kind text, document text);

-- Asked for nothing it touches no table: a role that was granted its rights before there was one goes on writing.
CREATE FUNCTION keep_late(p_rows late_row[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_rows IS NULL THEN RETURN; END IF;
  INSERT INTO late_report (owner, kind, digest, document)
    SELECT g.owner, g.kind, encode(sha256(convert_to(g.document, 'UTF8')), 'hex'), g.document::json
    FROM unnest(p_rows) g ON CONFLICT DO NOTHING;
END $$;
`;

const closing = `
CREATE OR REPLACE FUNCTION take_stops(p_stops json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  WITH given AS (
    SELECT DISTINCT ON (r.seq) r.seq, g.*
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text, time double precision, exit_status text,
      elsewhere boolean, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
  ), added AS (
    INSERT INTO stop (seq, uid, time, exit_status, document)
    SELECT seq, uid, time, exit_status, document::json FROM given
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added JOIN given USING (seq) WHERE o.seq = added.seq AND NOT given.elsewhere;
  PERFORM keep_late((SELECT array_agg(ROW(g.run_start, 'stop', g.document)::late_row)
    FROM json_to_recordset(p_stops) AS g(uid text, run_start text, document text)
    JOIN run r ON r.uid = g.run_start JOIN stop s ON s.seq = r.seq WHERE s.uid <> g.uid));
  RETURN QUERY SELECT 'stop', g.i, CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.uid = g.uid THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_stops) AS g(i integer, uid text, run_start text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN stop s ON s.seq = r.seq;
END $$;

CREATE OR REPLACE FUNCTION take_settled(p_settled json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  WITH added AS (
    INSERT INTO settled (seq, time, outcome, document)
    SELECT DISTINCT ON (r.seq) r.seq, g.time, g.outcome, g.document::json
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, time double precision, outcome text, document text)
    JOIN run r ON r.uid = g.run_start ORDER BY r.seq, g.i
    ON CONFLICT (seq) DO NOTHING RETURNING seq
  )
  DELETE FROM open_run o USING added WHERE o.seq = added.seq;
  PERFORM keep_late((SELECT array_agg(ROW(g.run_start, 'settled', g.document)::late_row)
    FROM json_to_recordset(p_settled) AS g(run_start text, outcome text, document text)
    JOIN run r ON r.uid = g.run_start JOIN settled s ON s.seq = r.seq WHERE s.outcome <> g.outcome));
  RETURN QUERY SELECT 'settled', g.i,
      CASE WHEN r.seq IS NULL THEN 'unknown' WHEN s.document::text = g.document THEN 'done' ELSE 'closed' END,
      r.seq, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_settled) AS g(i integer, run_start text, document text)
    LEFT JOIN run r ON r.uid = g.run_start LEFT JOIN settled s ON s.seq = r.seq;
END $$;

-- The sandbox' word is replaced by its later ones and kept beside the server's, which is final.
CREATE OR REPLACE FUNCTION take_closes(p_closes json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO execution (run_id, namespace, workflow_id, workflow_type)
    SELECT DISTINCT ON (g.run_id) g.run_id, g.namespace, g.workflow_id, ''
    FROM json_to_recordset(p_closes) AS g(run_id text, namespace text, workflow_id text)
    ORDER BY g.run_id ON CONFLICT DO NOTHING;
  UPDATE execution e SET observed = f.document::json,
      close_time = CASE WHEN e.settled IS NULL THEN f.close_time ELSE e.close_time END,
      status = CASE WHEN e.settled IS NULL THEN f.status ELSE e.status END
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE NOT g.final ORDER BY g.run_id, g.i DESC) f
    WHERE e.run_id = f.run_id;
  UPDATE execution e SET settled = f.document::json, close_time = f.close_time, status = f.status
    FROM (SELECT DISTINCT ON (g.run_id) g.* FROM json_to_recordset(p_closes) AS
      g(i integer, run_id text, final boolean, close_time double precision, status text, document text)
      WHERE g.final ORDER BY g.run_id, g.i) f
    WHERE e.run_id = f.run_id AND e.settled IS NULL;
  PERFORM keep_late((SELECT array_agg(ROW('execution ' || g.run_id, 'execution-close', g.document)::late_row)
    FROM json_to_recordset(p_closes) AS g(run_id text, final boolean, status text, document text)
    JOIN execution e ON e.run_id = g.run_id WHERE g.final AND e.status <> g.status));
  RETURN QUERY SELECT 'close', g.i,
      CASE WHEN NOT g.final OR e.settled::text = g.document THEN 'done' ELSE 'closed' END,
      NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM json_to_recordset(p_closes) AS g(i integer, run_id text, final boolean, document text)
    JOIN execution e ON e.run_id = g.run_id;
END $$;
`;

/** Text of revision 5 for PostgreSQL. */
export const postgres = tables + opening + late + closing;
