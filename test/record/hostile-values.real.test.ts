/** Ten thousand hostile values, recorded and kept by both databases as they were recorded; none escapes as an error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { StopDocument } from '../../src/model/documents';
import type { Json } from '../../src/model/json';
import { createRedactor } from '../../src/redaction/redactor';
import { recordError, recordValue } from '../../src/values/values';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, stopping, uidOf } from '../store/runs';
import { hostileValues } from './hostile';

const COUNT = 10_000;
const PER_GROUP = 500;
const folder = mkdtempSync(join(tmpdir(), 'provenance-hostile-'));
let server: PostgresServer | undefined;
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const redactor = createRedactor({ values: ['never-there-1'] });

/** A stop with a value as its result, as what was thrown, or both. */
function stopOf(value: unknown, n: number): Partial<StopDocument> & { time: number } {
  const temporal: StopDocument['temporal'] = { result: [recordValue(value, undefined, redactor)] };
  if (n % 3 === 0) temporal.error = recordError(value, undefined, redactor);
  return { time: 1_790_000_000 + n, exit_status: 'fail', temporal };
}

async function keeps(url: string): Promise<void> {
  const store = await openStore(url);
  const stops = hostileValues(COUNT).map(stopOf);
  for (let from = 0; from < COUNT; from += PER_GROUP) {
    const group = stops
      .slice(from, from + PER_GROUP)
      .flatMap((stop, at) => [opening({ n: from + at + 1 }), stopping(from + at + 1, stop)]);
    const answers = await store.write(group);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['opened', 'done']));
  }
  expect(await store.counts()).toMatchObject({ runs: COUNT, open: 0 });
  for (let n = 1; n <= COUNT; n += 97) {
    const [run] = await store.resolve({ by: 'uid', uid: uidOf(n) });
    expect(run?.stop?.temporal).toEqual(JSON.parse(JSON.stringify(stops[n - 1]!.temporal)));
  }
  await store.close();
}

it('SQLite keeps all of them', () => keeps(`sqlite:${join(folder, 'provenance.db')}`), 120_000);

it('PostgreSQL keeps all of them', async (context) => {
  const missing = postgresMissing();
  context.skip(missing !== undefined, missing);
  server = await startPostgres({ fsync: 'off' });
  await keeps(await server.createDatabase());
});

it('marks values that are not JSON, and pollutes nothing', () => {
  const text = JSON.stringify(hostileValues(2_000, 2).map((value) => recordValue(value) as Json));
  expect(text.isWellFormed()).toBe(true);
  for (const type of [
    'bigint',
    'circular',
    'unreadable',
    'undefined',
    'Map',
    'Set',
    'Date',
    'Sample',
    'deeper',
  ])
    expect(text).toContain(`"$js":"${type}"`);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
