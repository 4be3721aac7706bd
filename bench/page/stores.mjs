/**
 * Stores that take minutes to be filled, kept outside of the repository from one run of the benchmark to the next: in
 * `PROVENANCE_BENCH_CACHE`, else in the folder for temporary files. Their name says of which code they were made.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { fillWorld } from './world.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const MADE_OF = ['bench/page/world.mjs', 'bench/page/samples.mjs', 'bench/lineage/graph.mjs'];

/** The folder, made where it is not there. */
export function cacheFolder() {
  const folder = process.env.PROVENANCE_BENCH_CACHE ?? join(tmpdir(), 'provenance-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What a store is made of, as eight characters: its schema, and what fills it. */
export function madeOf() {
  const root = join(HERE, '..', '..');
  const migrations = join(root, 'dist', 'src', 'store', 'migrations');
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith('.js'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(migrations, file)));
  for (const file of MADE_OF) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 8);
}

/** URL of a SQLite store of so many runs. */
export async function sqliteWorld(runs) {
  const path = join(cacheFolder(), `page-${madeOf()}-${runs}.db`);
  if (existsSync(path)) return `sqlite:${path}`;
  const unfinished = `${path}.unfinished`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  await fillWorld(`sqlite:${unfinished}`, runs);
  renameSync(unfinished, path);
  return `sqlite:${path}`;
}

/** URL of a store of so many runs on a PostgreSQL server that keeps its data. */
export async function postgresWorld(server, runs) {
  const schema = `page_${madeOf()}_${runs}`;
  const url = `${server.url}?schema=${schema}`;
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    const { rows } = await client.query('SELECT to_regclass($1) AS made', [`${schema}.bench_made`]);
    if (rows[0].made !== null) return url;
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.query(`CREATE SCHEMA ${schema}`);
    await fillWorld(url, runs);
    await client.query(`CREATE TABLE ${schema}.bench_made ()`);
    await client.query('VACUUM ANALYZE');
    return url;
  } finally {
    await client.end();
  }
}
