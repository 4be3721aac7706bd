/** `count`, `fields` and `doctor --size`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { call, laboratoryRecords } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-counts-'));
const ask = (...argv: string[]) => call(argv, { cwd: folder });
const rows = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

beforeAll(async () => {
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`);
  await store.write(laboratoryRecords());
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('count', () => {
  it('counts all runs, or those that pass the filter', async () => {
    expect((await ask('count')).out).toBe('5 runs.\n');
    expect((await ask('count', '--where', "operator = 'Bob'")).out).toBe('1 run.\n');
    expect((await ask('count', '--where', "operator = 'Nobody'", '--by', 'month')).out).toBe('0 runs.\n');
    expect((await ask('count', '--json')).json()).toEqual([{ by: {}, runs: 5 }]);
  });

  it('counts by fields and time', async () => {
    const where = ['--where', "operator IN ('Ada', 'Bob')"];
    expect(rows((await ask('count', ...where, '--by', 'operator, month')).out)).toEqual([
      ['OPERATOR', 'MONTH', 'RUNS'],
      ['Ada', '2096-11', '3'],
      ['Bob', '2096-11', '1'],
    ]);
    expect((await ask('count', ...where, '--by', 'sample,status', '--json')).json()).toEqual([
      { by: { sample: 'Au foil', status: 'completed' }, runs: 1 },
      { by: { sample: null, status: 'completed' }, runs: 1 },
      { by: { sample: null, status: 'failed' }, runs: 1 },
      { by: { sample: null, status: 'open' }, runs: 1 },
    ]);
    expect((await ask('count', '--by', 'sample')).out).toMatch(/^– +4$/m);
  });

  it("names the fields that can't be counted by, and refuses an empty name", async () => {
    const { code, err } = await ask('count', '--by', 'uid');
    expect([code, err]).toEqual([2, expect.stringMatching(/Runs cannot be counted by 'uid'/)]);
    expect((await ask('count', '--by', 'operator,')).code).toBe(2);
    expect((await ask('count', '--where', 'operator =')).code).toBe(2);
  });
});

describe('fields', () => {
  it('lists fields with their runs and types', async () => {
    const [title, ...fields] = rows((await ask('fields')).out);
    expect(title).toEqual(['FIELD', 'RUNS', 'TYPES']);
    expect(fields).toContainEqual(['operator', '5', 'text']);
    expect(fields).toContainEqual(['sample.mass_mg', '1', 'number']);
    expect((await ask('fields', '--json')).json()).toContainEqual({
      path: 'sample.name',
      runs: 1,
      types: [{ type: 'text', runs: 1 }],
    });
  });

  it('shows the values of one field, escaped for the terminal', async () => {
    const { out } = await ask('fields', 'operator');
    expect(out).toMatch(/VALUE +RUNS\nAda +3\n/);
    expect(out).toContain('Eve\\x1b[31m');
    expect(out).not.toContain('\u001b');
  });

  it('suggests the field that was probably meant', async () => {
    expect(await ask('fields', 'operater')).toMatchObject({
      code: 1,
      err: "No run has a field 'operater'; did you mean operator?\n",
    });
  });
});

describe('doctor --size', () => {
  it('shows the size of each table, the growth of the store, and when the disk is full', async () => {
    const { code, out } = await ask('doctor', '--size');
    expect(code).toBe(0);
    expect(out).toMatch(/^sqlite:.*: \d+ KiB, 5 runs, [\d.]+ KiB per run$/m);
    expect(out).toMatch(/^TABLE +SIZE +SHARE$/m);
    expect(out).toMatch(
      /It grows by .* a day .*GiB are free\. At this rate the disk is full in about [\d,]+ /,
    );
    const [size] = (await ask('doctor', '--size', '--json')).json();
    expect(size).toMatchObject({ runs: 5, runs_per_day: 5, free_bytes: expect.any(Number) });
  });
});
