/**
 * Finds runs that were reconstructed from Temporal's facts although a worker recorded the same attempt.
 * @module
 */
import { START_TEXT } from './chain-entry';

/** Temporal passes times to a worker in whole milliseconds. */
const ROUNDING_S = 0.001;

/** SQL of the function `made_for`. */
export const madeFor = `
-- Returns, for each run that a worker recorded, the run that was reconstructed in its place. It is of the same attempt, was scheduled
-- earlier and had not ended. If both name a worker, it is the same.
CREATE OR REPLACE FUNCTION made_for(p_uids text[]) RETURNS TABLE (
  own_seq bigint, own_uid text, seq bigint, uid text, made_time double precision, digest bytea, has_own boolean,
  settled_time double precision, outcome text, settled json
) LANGUAGE sql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  SELECT o.seq, o.uid, f.* FROM run o
    JOIN LATERAL (
      SELECT r.seq, r.uid, r.time, sha256(convert_to(${START_TEXT}, 'UTF8')),
        r.own IS NOT NULL, s.time, s.outcome, s.document
      FROM run r JOIN metadata m ON m.id = r.metadata_id LEFT JOIN settled s ON s.seq = r.seq
      WHERE r.execution_id = o.execution_id AND r.activity_id = o.activity_id AND r.attempt = o.attempt AND r.seq <> o.seq
        AND fact(r.facts, 'provenance', 'origin') IS NOT NULL
        AND r.scheduled_time <= o.scheduled_time + ${ROUNDING_S} AND coalesce(s.time, o.scheduled_time) >= o.scheduled_time - ${ROUNDING_S}
        AND coalesce(fact(r.facts, 'temporal', 'worker', 'identity') = fact(o.facts, 'temporal', 'worker', 'identity'), true)
      ORDER BY r.scheduled_time DESC, r.seq DESC LIMIT 1
    ) f ON true
  WHERE o.uid = ANY (p_uids) AND fact(o.facts, 'provenance', 'origin') IS NULL;
$$;
`;
