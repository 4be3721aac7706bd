/**
 * A revision that is released never changes: each one's schema is kept in test/fixtures/schemas, both dialects, and made again here.
 * `SCHEMAS=write` writes the files of new revisions.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import {
  LATEST_REVISION,
  MIGRATIONS,
  makePostgresRevision,
  makeRevision,
  postgresSchema,
  sqliteSchema,
} from './revisions';

const KEPT = join(__dirname, '..', 'fixtures', 'schemas');
const revisions = MIGRATIONS.map(({ revision, name }) => [revision, name] as const);

function kept(dialect: string, revision: number, name: string, made: string): string {
  const file = join(KEPT, `${String(revision).padStart(4, '0')}-${name}.${dialect}.txt`);
  if (process.env.SCHEMAS === 'write' && !existsSync(file)) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(file, made);
  }
  return existsSync(file) ? readFileSync(file, 'utf8') : `no ${file}: write it with SCHEMAS=write`;
}

describe('schema of SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-schemas-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(revisions)('of revision %i (%s) is what it was', (revision, name) => {
    const path = join(folder, `${revision}.db`);
    makeRevision(path, revision);
    const made = sqliteSchema(path);
    expect(made).toBe(kept('sqlite', revision, name, made));
  });

  it('is the same whether a store was made new or came up from the first revision', async () => {
    const [old, fresh] = [join(folder, 'old.db'), join(folder, 'fresh.db')];
    makeRevision(old, 1);
    for (const path of [old, fresh]) await (await openStore(`sqlite:${path}`)).close();
    expect(sqliteSchema(old)).toBe(sqliteSchema(fresh));
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`schema of PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let database: string;
  beforeAll(async () => {
    server = await startPostgres();
    database = new URL(await server.createDatabase()).pathname.slice(1);
  });
  afterAll(() => server?.close());

  it('of each revision is what it was', async () => {
    const query = (text: string) => server.execute(text, database);
    for (const [revision, name] of revisions) {
      const schema = `revision_${revision}`;
      await makePostgresRevision(query, schema, revision);
      const made = await postgresSchema(query, schema);
      expect(made).toBe(kept('postgres', revision, name, made));
    }
    expect(revisions).toHaveLength(LATEST_REVISION);
  });
});
