/**
 * Numbers of rows and losses in a store. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import { readText } from '../../marked-text';
import type { Schema } from '../../schema';

/** Sums failed captures by kind. The detail is that of the last one. */
export async function sumLosses(db: Kysely<Schema>) {
  const rows = await db
    .selectFrom('loss')
    .select(['loss', 'count', 'time', 'detail'])
    .orderBy('time')
    .execute();
  const sums = new Map<string, { loss: string; count: number; last_time: number; detail: string }>();
  for (const { count, time, ...row } of rows) {
    const [loss, detail] = [readText(row.loss), readText(row.detail)];
    sums.set(loss, { loss, count: count + (sums.get(loss)?.count ?? 0), last_time: time, detail });
  }
  return [...sums.values()];
}

/** Counts runs, open runs, executions and refusals. */
export async function countRows(db: Kysely<Schema>) {
  const count = async (table: 'run' | 'open_run' | 'execution' | 'refusal') => {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(row.n);
  };
  return {
    runs: await count('run'),
    open: await count('open_run'),
    executions: await count('execution'),
    refusals: await count('refusal'),
  };
}
