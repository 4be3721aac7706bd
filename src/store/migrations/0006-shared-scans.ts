/**
 * One number for all runs of an execution and its children (`scanId: 'execution'`): kept here by the first of them that opens, in
 * the transaction that opens it.
 * @module
 */
import type { Migration } from './migration';

/** The same table; only the names of types differ. */
const table = (integer: string, bigint: string, text: string, strict: string): string => `
CREATE TABLE shared_scan (
  lab_id ${integer} NOT NULL REFERENCES lab,
  root_run_id ${text} NOT NULL,                  -- Temporal's run id of the root of the execution's tree
  scan_id ${bigint} NOT NULL,
  PRIMARY KEY (lab_id, root_run_id)
)${strict};
`;

const functions = `
ALTER TYPE open_row ADD ATTRIBUTE scan_root text, ADD ATTRIBUTE scan_offer bigint;

-- Rows with the number of their execution, which the first of them takes. Where no row shares one, no table is touched: a role that
-- was granted its rights before there was this table goes on writing.
CREATE FUNCTION number_shared(p_rows open_row[]) RETURNS open_row[] LANGUAGE plpgsql AS $$
DECLARE
  v_row open_row;
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(p_rows) g WHERE g.scan_root IS NOT NULL AND g.numbered AND g.scan_id IS NULL)
  THEN RETURN p_rows; END IF;
  WITH wanted AS (
    SELECT DISTINCT ON (g.lab_id, g.scan_root) g.lab_id, g.scan_root, g.scan_offer, g.i
    FROM unnest(p_rows) g
    WHERE g.scan_root IS NOT NULL AND g.numbered AND g.scan_id IS NULL
      AND NOT EXISTS (SELECT FROM shared_scan s WHERE s.lab_id = g.lab_id AND s.root_run_id = g.scan_root)
    ORDER BY g.lab_id, g.scan_root, g.i
  ), numbered AS (
    SELECT w.*, coalesce(w.scan_offer, l.scan_id +
      count(*) FILTER (WHERE w.scan_offer IS NULL) OVER (PARTITION BY w.lab_id ORDER BY w.i)) AS number
    FROM wanted w JOIN lab l ON l.id = w.lab_id
  ), added AS (
    INSERT INTO shared_scan (lab_id, root_run_id, scan_id)
    SELECT lab_id, scan_root, number FROM numbered WHERE number <= 9007199254740991
  )
  UPDATE lab SET scan_id = least(9007199254740991, lab.scan_id + c.n)
  FROM (SELECT lab_id, count(*) AS n FROM numbered WHERE scan_offer IS NULL GROUP BY lab_id) c WHERE lab.id = c.lab_id;
  FOR n IN 1 .. cardinality(p_rows) LOOP
    v_row := p_rows[n];
    CONTINUE WHEN v_row.scan_root IS NULL OR NOT v_row.numbered OR v_row.scan_id IS NOT NULL;
    v_row.scan_id := (SELECT s.scan_id FROM shared_scan s
      WHERE s.lab_id = v_row.lab_id AND s.root_run_id = v_row.scan_root);
    p_rows[n] := v_row;
  END LOOP;
  RETURN p_rows;
END $$;

CREATE OR REPLACE FUNCTION take_opens(p_state bigint, p_opens json) RETURNS SETOF answer_row LANGUAGE plpgsql AS $$
DECLARE
  v_rows open_row[];
BEGIN
  SELECT array_agg(g ORDER BY g.i) INTO v_rows FROM json_populate_recordset(NULL::open_row, p_opens) g;
  PERFORM check_references(v_rows);
  RETURN QUERY SELECT 'open', g.i, 'opened', r.seq, r.scan_id, r.state_id, r.retry_of
    FROM unnest(v_rows) g JOIN run r ON r.uid = g.uid;
  RETURN QUERY SELECT 'open', g.i, 'stash-moved', NULL::bigint, NULL::bigint, NULL::bigint, NULL
    FROM unnest(v_rows) g JOIN lab l ON l.id = g.lab_id
    WHERE g.stash_version <> l.stash_version AND NOT EXISTS (SELECT FROM run r WHERE r.uid = g.uid);
  SELECT array_agg(g ORDER BY g.i) INTO v_rows FROM unnest(v_rows) g JOIN lab l ON l.id = g.lab_id
    WHERE (g.stash_version IS NULL OR g.stash_version = l.stash_version)
      AND NOT EXISTS (SELECT FROM run r WHERE r.uid = g.uid);
  IF v_rows IS NULL THEN RETURN; END IF;
  v_rows := number_shared(v_rows);
  RETURN QUERY SELECT * FROM open_runs(p_state, v_rows);
  IF EXISTS (SELECT FROM unnest(v_rows) g WHERE g.entries IS NOT NULL) THEN PERFORM index_runs(v_rows); END IF;
END $$;
`;

export const sharedScans: Migration = {
  revision: 6,
  name: 'shared-scans',
  breaking: false,
  sql: {
    sqlite: table('INTEGER', 'INTEGER', 'TEXT', ' STRICT, WITHOUT ROWID'),
    postgres: table('integer', 'bigint', 'text COLLATE "C"', '') + functions,
  },
};
