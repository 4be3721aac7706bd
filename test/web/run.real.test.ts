import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, laboratoryRecords } from '../cli/laboratory';
import { uidOf } from '../store/runs';
import { startSite, type TestSite } from './site-kit';

type Answer = Record<string, unknown> & { start: { uid: string } };

let site: TestSite;
beforeAll(async () => {
  site = await startSite({ records: laboratoryRecords() });
});
afterAll(() => site?.close());

async function shown(ref: string): Promise<Record<string, unknown>> {
  const answer = await call(['show', ref, '--run', '--json', '--store', site.store], { cwd: '/' });
  return answer.json()[0]!;
}

describe('a run of the API', () => {
  it('is what show --json prints, and its status, tone, time and error', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      const { status, tone, took_ms, error, ...documents } = await site.json<Answer>(
        `/api/v1/runs/${uidOf(n)}`,
      );
      expect(documents).toEqual(await shown(uidOf(n)));
      expect([typeof status, typeof tone]).toEqual(['string', 'string']);
      if (n === 1) expect(took_ms).toBe(2_500);
      if (n === 2) expect(error).toMatchObject({ type: 'ModelError' });
    }
  });

  it('has a story: reasons of its fields, attempts, concurrent runs', async () => {
    const story = await site.json<Record<string, never>>(`/api/v1/runs/${uidOf(2)}/story`);
    expect(story).toMatchObject({
      uid: uidOf(2),
      ended: "failed, reported by its worker; Temporal's outcome is not known yet",
      attempts: [
        { uid: uidOf(2), status: 'failed', error: 'ModelError: singular matrix' },
        { uid: uidOf(3), status: 'completed' },
      ],
      attempt_count: 2,
      previous: { scan_id: 1 },
      next: { scan_id: 3 },
    });
  });
});

describe('the page of a run', () => {
  it('says what ran, by whom, how it ended and on which code', async () => {
    const page = await site.text(`/runs/${uidOf(2)}`);
    for (const text of [
      'train',
      'Ada',
      'ModelError',
      'singular matrix',
      'only 3 points',
      '/srv/pipeline/model.ts:41:7',
      '3f2a1bc9d0e4',
    ])
      expect(page).toContain(text);
  });
});
