import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSite } from './site-kit';
import { startWorld, WORLD } from './world';

let site: TestSite;
beforeAll(async () => {
  site = await startWorld();
});
afterAll(() => site?.close());

describe('the world of pages', () => {
  it('has runs in every state', async () => {
    const { items } = await site.json<{ items: { status: string }[] }>(
      '/api/v1/runs?limit=200&attempts=true',
    );
    const found = new Set(items.map(({ status }) => status));
    const all = [
      'completed',
      'failed',
      'lost',
      'timed_out',
      'canceled',
      'aborted',
      'async',
      'open',
      'failed, retried',
    ];
    expect([...found].sort()).toEqual(all.sort());
  });

  it('names only runs that exist', async () => {
    for (const uid of Object.values(WORLD.runs))
      expect((await site.get(`/api/v1/runs/${uid}`)).status).toBe(200);
  });
});
