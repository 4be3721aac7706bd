/**
 * Stores that take minutes to fill. They are kept outside the repository from one benchmark to the next: in
 * `PROVENANCE_BENCH_CACHE`, else in the folder for temporary files. Their name contains a digest of the code
 * that fills them.
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

/** The folder, created if it is missing. */
export function cacheFolder() {
  const folder = process.env.PROVENANCE_BENCH_CACHE ?? join(tmpdir(), 'provenance-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Eight characters of a digest of all that determines a store's content: its schema, and the code that fills
 * it.
 */
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

/** The URL of a SQLite store with `runs` runs. */
export async function sqliteWorld(runs) {
  const path = join(cacheFolder(), `page-${madeOf()}-${runs}.db`);
  if (existsSync(path)) return `sqlite:${path}`;
  const unfinished = `${path}.unfinished`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true });
  await fillWorld(`sqlite:${unfinished}`, runs);
  renameSync(unfinished, path);
  return `sqlite:${path}`;
}

/** The URL of a store with `runs` runs on a PostgreSQL server that keeps its data. */
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
