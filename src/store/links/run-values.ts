/**
 * Strings of arguments and results by digest. They are used if no sandbox module reports the flow of values. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import type { LinkDatabase } from './database';

/** Numbers of sides as stored. */
export const VALUE_SIDES = { args: 1, result: 2 } as const;

/** A run with reported values. */
export interface ValuedRun {
  seq: number;
  execution_id: number | null;
  /** UNIX seconds. */
  scheduled_time: number;
  document: DataDocument;
}

/**
 * Adds the values, except those of standalone activities, which are no evidence.
 * @returns runs for which values were added
 */
export async function addValues(db: LinkDatabase, runs: readonly ValuedRun[]): Promise<number[]> {
  const valued = runs.filter(({ execution_id, document }) => execution_id !== null && document.values);
  if (valued.length === 0) return [];
  const rows = valued.flatMap(({ seq, execution_id, scheduled_time, document: { values, time } }) => [
    ...values!.args.map(([digest, path]) => [
      execution_id,
      digest,
      VALUE_SIDES.args,
      scheduled_time,
      seq,
      path,
    ]),
    ...values!.result.map(([digest, path]) => [execution_id, digest, VALUE_SIDES.result, time, seq, path]),
  ]);
  const { sql, value } = db.list(
    {
      execution_id: 'integer',
      digest: 'text',
      side: 'integer',
      time: 'real',
      seq: 'integer',
      path: 'text',
    },
    rows,
  );
  await db.query(
    `INSERT INTO run_value (execution_id, digest, side, time, seq, path)
     SELECT x.execution_id, x.digest, x.side, x.time, x.seq, x.path FROM ${sql} x WHERE true ON CONFLICT DO NOTHING`,
    value,
  );
  return valued.map(({ seq }) => seq);
}
