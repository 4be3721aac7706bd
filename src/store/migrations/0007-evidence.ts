/**
 * What is known by its content, or told once, is completed and never rewritten: environments, files and sets of metadata, starts of
 * executions, decisions as history tells them. Until here only the rights of roles and the product's own statements kept them.
 * @module
 */
import type { Migration } from './migration';

const sqlite = `
CREATE TRIGGER environment_stays BEFORE UPDATE OF code_id, document ON environment WHEN OLD.document IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'an environment is never rewritten'); END;
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob
  BEGIN SELECT RAISE(ABORT, 'a file is never rewritten'); END;
CREATE TRIGGER metadata_stays BEFORE UPDATE OF document, slots ON metadata
  BEGIN SELECT RAISE(ABORT, 'a set of metadata is never rewritten'); END;
CREATE TRIGGER execution_start_stays BEFORE UPDATE OF start ON execution WHEN OLD.start IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the start of an execution is never rewritten'); END;
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision WHEN OLD.document LIKE '%"origin":"history"%'
  BEGIN SELECT RAISE(ABORT, 'a decision that history told is never rewritten'); END;
`;

/** With what a role that may only record could make of its rights: sessions begin and end once, and counters only rise. */
const postgres = `
CREATE TRIGGER environment_stays BEFORE UPDATE ON environment FOR EACH ROW
  WHEN (OLD.document IS NOT NULL OR NEW.environment_id <> OLD.environment_id)
  EXECUTE FUNCTION refuse_change('an environment is never rewritten');
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a file is never rewritten');
CREATE TRIGGER metadata_stays BEFORE UPDATE ON metadata FOR EACH ROW
  EXECUTE FUNCTION refuse_change('a set of metadata is never rewritten');
CREATE TRIGGER execution_start_stays BEFORE UPDATE OF start ON execution FOR EACH ROW
  WHEN (OLD.start IS NOT NULL)
  EXECUTE FUNCTION refuse_change('the start of an execution is never rewritten');
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision FOR EACH ROW
  WHEN (OLD.document LIKE '%"origin":"history"%')
  EXECUTE FUNCTION refuse_change('a decision that history told is never rewritten');
CREATE TRIGGER worker_session_stays BEFORE UPDATE ON worker_session FOR EACH ROW
  WHEN (NEW.session_id <> OLD.session_id OR (OLD.start_time IS NOT NULL AND NEW.start_time IS DISTINCT FROM OLD.start_time)
    OR (OLD.stop_time IS NOT NULL AND NEW.stop_time IS NULL))
  EXECUTE FUNCTION refuse_change('a session begins and ends once');
CREATE TRIGGER loss_stays BEFORE UPDATE ON loss FOR EACH ROW
  WHEN (NEW.count < OLD.count)
  EXECUTE FUNCTION refuse_change('losses are never fewer than were counted');
CREATE TRIGGER storage_state_stays BEFORE UPDATE OF state_id ON storage FOR EACH ROW
  WHEN (NEW.state_id < OLD.state_id)
  EXECUTE FUNCTION refuse_change('the state of a store never goes back');
`;

export const evidence: Migration = {
  revision: 7,
  name: 'evidence',
  breaking: false,
  sql: { sqlite, postgres },
};
