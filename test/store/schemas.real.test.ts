/** The schema is kept in test/fixtures/schemas, both dialects: whoever changes it sees what changes. `SCHEMAS=write` writes it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { type LaterRelease, laterRelease } from './later-release';
import { postgresSchema, sqliteSchema } from './revisions';

const KEPT = join(__dirname, '..', 'fixtures', 'schemas');
const folder = mkdtempSync(join(tmpdir(), 'provenance-schemas-'));
let later: LaterRelease;
beforeAll(() => {
  later = laterRelease(join(folder, 'later'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a store, or brings it up, with the release that the function is of. */
async function bringUp(open: typeof openStore, url: string): Promise<void> {
  await (await open(url)).close();
}

function kept(dialect: string, made: string): string {
  const file = join(KEPT, `${dialect}.txt`);
  if (process.env.SCHEMAS === 'write') {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(file, made);
  }
  return readFileSync(file, 'utf8');
}

describe('schema of SQLite', () => {
  it('is the golden schema', async () => {
    const path = join(folder, 'now.db');
    await bringUp(openStore, `sqlite:${path}`);
    const made = sqliteSchema(path);
    expect(made).toBe(kept('sqlite', made));
  });

  it('is the same if a later release creates or upgrades a store', async () => {
    const [old, fresh] = [join(folder, 'old.db'), join(folder, 'fresh.db')];
    await bringUp(openStore, `sqlite:${old}`);
    for (const path of [old, fresh]) await bringUp(later.openStore, `sqlite:${path}`);
    expect(sqliteSchema(old)).toBe(sqliteSchema(fresh));
    expect(sqliteSchema(old)).toContain('CREATE INDEX later_name');
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`schema of PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  const query = (text: string) => server.execute(text, new URL(url).pathname.slice(1));
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(() => server?.close());

  it('is the golden schema', async () => {
    await bringUp(openStore, `${url}?schema=now`);
    const made = await postgresSchema(query, 'now');
    expect(made).toBe(kept('postgres', made));
  });

  it('is the same if a later release creates or upgrades a store', async () => {
    await bringUp(openStore, `${url}?schema=aged`);
    for (const schema of ['aged', 'fresh']) await bringUp(later.openStore, `${url}?schema=${schema}`);
    expect(await postgresSchema(query, 'aged')).toBe(await postgresSchema(query, 'fresh'));
    expect(await postgresSchema(query, 'aged')).toContain('CREATE INDEX later_name');
  });

  it('has its functions replaced with each revision', async () => {
    await bringUp(openStore, `${url}?schema=renewed`);
    await query(
      `SET search_path = renewed; CREATE OR REPLACE FUNCTION keep_late(p_rows late_row[]) RETURNS void LANGUAGE sql AS $$ $$`,
    );
    await bringUp(later.openStore, `${url}?schema=renewed`);
    expect(await postgresSchema(query, 'renewed')).toBe(await postgresSchema(query, 'fresh'));
  });
});
