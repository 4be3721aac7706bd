import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opening } from '../store/runs';
import { dice, recordsOf } from '../store/search-records';
import { readCsv } from './csv-reader';
import { startSite, type TestSite } from './site-kit';

const RUNS = 1_203;
let site: TestSite;
beforeAll(async () => {
  const roll = dice(7);
  const records = Array.from({ length: RUNS }, (_, n) => recordsOf(n, roll)).flat();
  site = await startSite({
    records: [...records, opening({ n: RUNS + 1, temporal: { activity_type: '=cmd|" /C calc"!A0' } })],
  });
});
afterAll(() => site?.close());

async function rowsOf(path: string): Promise<string[][]> {
  return readCsv(await site.text(path));
}

describe('a list as CSV', () => {
  it('has all rows of the list, in its order, read page by page', async () => {
    const [header = [], ...rows] = await rowsOf('/api/v1/runs?format=csv&attempts=true');
    expect(header.slice(0, 3)).toEqual(['uid', 'scan_id', 'status']);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    expect(new Set(rows.map(([uid]) => uid)).size).toBe(RUNS + 1);
    const { items } = await site.json<{ items: { start: { uid: string } }[] }>(
      '/api/v1/runs?attempts=true&limit=500',
    );
    expect(rows.slice(0, 500).map(([uid]) => uid)).toEqual(items.map(({ start }) => start.uid));
  });

  it('has the requested number of rows', async () => {
    expect(await rowsOf('/api/v1/runs?format=csv&attempts=true&limit=701')).toHaveLength(1 + 701);
    expect(await rowsOf("/api/v1/runs?format=csv&where=operator%20%3D%20'nobody%20at%20all'")).toHaveLength(
      1,
    );
  });

  it('is a download, and contains no formula', async () => {
    const response = await site.get('/api/v1/runs?format=csv&limit=1');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="runs.csv"');
    const [header = [], row = []] = readCsv(await response.text());
    expect(row[header.indexOf('activity_type')]).toBe(`'=cmd|" /C calc"!A0`);
  });

  it('refuses an invalid request before it sends a file', async () => {
    for (const query of ['format=xml', 'format=csv&limit=0', 'format=csv&where=operator%20%3D%3D%3D']) {
      const response = await site.get(`/api/v1/runs?${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });
});
