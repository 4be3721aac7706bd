/** Odd text comes out of every store, written to directly or through a spool, as the same characters and with the same digests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json';
import type { WriteRecord } from '../../src/store/interface/written';
import { fromBuild, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, stopping } from '../store/runs';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');

const TEXTS = {
  nul: 'a\0b',
  lone: '\ud800 and \udc00',
  pair: '\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udd2c',
  right_to_left: '\u202eabc \u05d0\u05d1',
  controls: `${Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')}\x7f\u2028`,
  escapes: '\\u0000 \\ud800 \\" \'',
  combining: 'e\u0301 is not \u00e9',
  long: 'x'.repeat(70_000),
};
const ODD_FIELDS: readonly JsonObject[] = [
  ...Object.entries(TEXTS).map(([name, text]) => ({ [name]: text })),
  ...Object.values(TEXTS).map((text) => ({
    inner: { [text.slice(0, 300)]: [text.slice(0, 300), { [text.slice(-300)]: 1 }] },
  })),
  JSON.parse('{"numbers":[1e400,-1e400,5e-324,-0,123456789012345678901234567890,0.1]}') as JsonObject,
  JSON.parse('{"twice":{"a":1,"a":2},"__proto__x":{"__proto__":{"polluted":true}}}') as JsonObject,
];
const RECORDS: readonly WriteRecord[] = ODD_FIELDS.flatMap((fields, index) => [
  opening({
    n: index + 1,
    fields,
    temporal: { workflow_id: `w-${index}${Object.values(TEXTS)[index % 7]}`, task_queue: TEXTS.escapes },
  }),
  stopping(index + 1, { time: 1_790_000_100 + index }),
]);

const missing = postgresMissing();

const folder = mkdtempSync(join(tmpdir(), 'provenance-odd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(url: string, write: (url: string) => Promise<void>): Promise<string> {
  await write(url);
  const store = await openStore(url, { mode: 'read' });
  try {
    const runs = (await store.runs({ limit: 1_000 })).reverse();
    expect(runs).toHaveLength(ODD_FIELDS.length);
    const text = JSON.stringify(runs.map(({ start, stop }) => ({ start, stop })));
    return text.replaceAll((await store.identity()).storage_id, 'this store');
  } finally {
    await store.close();
  }
}

async function straight(url: string): Promise<void> {
  const store = await openStore(url);
  const answers = await store.write(RECORDS);
  expect(answers.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  await store.close();
}

async function spooled(url: string): Promise<void> {
  const spool = await openSpool({ folder: mkdtempSync(join(folder, 'spool-')), retry_ms: 0 });
  const receipt = await spool.append(RECORDS);
  expect(receipt.stored.every(Boolean)).toBe(true);
  const store = await openStore(url);
  expect(await spool.drain(store)).toMatchObject({ taken: RECORDS.length, quarantined: 0 });
  await store.close();
  await spool.close();
}

let direct: Promise<string> | undefined;
const directly = () => {
  direct ??= written(`sqlite:${join(folder, 'direct.db')}`, straight);
  return direct;
};

describe('odd text in SQLite', () => {
  it('is what was given', async () => {
    const runs = JSON.parse(await directly()) as { start: JsonObject }[];
    for (const [index, fields] of ODD_FIELDS.entries())
      for (const [name, value] of Object.entries(fields))
        expect(JSON.stringify(runs[index]!.start[name]), name).toBe(JSON.stringify(value));
  });

  it('is the same after the spool', async () => {
    expect(await written(`sqlite:${join(folder, 'spooled.db')}`, spooled)).toBe(await directly());
  });
});

describe.skipIf(missing)(`odd text in PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.close();
  });

  it('is the same, written directly', async () => {
    expect(await written(await server.createDatabase(), straight)).toBe(await directly());
  });

  it('is the same after the spool', async () => {
    expect(await written(await server.createDatabase(), spooled)).toBe(await directly());
  });
});
