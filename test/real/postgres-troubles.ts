/** What befalls a PostgreSQL server while it is worked with. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresServer } from './postgres';

/** Takes the store away, without a word to its clients. */
export async function crash(server: PostgresServer): Promise<void> {
  await server.stop('immediate');
  await sleep(500);
  await server.start();
}

/** Ends the connection of a worker; in turn as an administrator does, and by SIGKILL, which takes the whole server down for a moment. */
export async function killBackend(url: string, turn: number): Promise<void> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const others = `FROM (SELECT pid FROM pg_stat_activity WHERE application_name = 'temporal-provenance' ORDER BY random() LIMIT 1) one`;
  const { rows } = await database.query(
    turn % 2 === 0 ? `SELECT pid, pg_terminate_backend(pid) ${others}` : `SELECT pid ${others}`,
  );
  await database.end();
  if (turn % 2 === 1) for (const { pid } of rows) process.kill(pid, 'SIGKILL');
}
