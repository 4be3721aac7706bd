/**
 * What being right about outcomes needs: attempts of standalone activities are told apart by the run id of their activity; a
 * run that completes from elsewhere stays open after its stop; what comes after the final word and says otherwise is kept
 * beside it.
 * @module
 */
import { postgres } from './0005-outcomes.postgres';
import type { Migration } from './migration';

const sqlite = `
ALTER TABLE run ADD COLUMN activity_run_id TEXT; -- run id of a standalone activity
DROP TRIGGER run_stays;
UPDATE run SET activity_run_id = facts ->> '$.temporal.activity_run_id' WHERE execution_id IS NULL AND json_valid(facts);
CREATE TRIGGER run_stays BEFORE UPDATE ON run
  BEGIN SELECT RAISE(ABORT, 'a start document is never rewritten'); END;
CREATE INDEX run_standalone ON run (activity_run_id, activity_id, attempt) WHERE activity_run_id IS NOT NULL;

-- Reports that came too late to change what is final, and say otherwise.
CREATE TABLE late_report (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,                           -- uid of the run, or 'execution ' and Temporal's run id
  kind TEXT NOT NULL,                            -- stop, settled, execution-close
  digest TEXT NOT NULL,                          -- sha256 of document, hex
  document TEXT NOT NULL,                        -- JSON, as it came
  UNIQUE (owner, kind, digest)
) STRICT;
CREATE TRIGGER late_report_stays BEFORE UPDATE ON late_report
  BEGIN SELECT RAISE(ABORT, 'a late report is never rewritten'); END;
`;

export const outcomes: Migration = {
  revision: 5,
  name: 'outcomes',
  breaking: false,
  sql: { sqlite, postgres },
};
