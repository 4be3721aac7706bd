import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineageArtifact } from '../../src/questions/lineage/lineage-answers';
import type { Provenance } from '../../src/questions/provenance';
import { fromBuild } from '../built';
import { uidOf } from '../store/runs';
import { readCsv } from './csv-reader';
import type { TestSite } from './site-kit';
import { startWorld, WORLD } from './world';

const { openProvenance } =
  fromBuild<typeof import('../../src/questions/provenance')>('src/questions/provenance');

let site: TestSite;
let provenance: Provenance;
beforeAll(async () => {
  site = await startWorld();
  provenance = await openProvenance({ store: site.store });
});
afterAll(async () => {
  await provenance?.close();
  await site?.close();
});

describe('questions that only the API has', () => {
  it('explain the value of a metadata field of a run', async () => {
    const { fit } = WORLD.runs;
    const answer = await site.json<object>(`/api/v1/runs/${fit}/explain?field=operator`);
    expect(answer).toMatchObject({
      uid: fit,
      fields: [{ field: 'operator', value: 'Ada', source: 'user', shadowed: { stash: 'Grace' } }],
    });
  });

  it('show how runs use a metadata field', async () => {
    const { fields } = await site.json<{ fields: { path: string; values?: object[] }[] }>(
      '/api/v1/fields/operator',
    );
    expect(fields[0]).toMatchObject({ path: 'operator', values: expect.arrayContaining([]) });
    expect((await site.get('/api/v1/fields/operatr')).status).toBe(404);
  });

  it('find a content by its digest, and read no file of the server', async () => {
    const unknown = await site.json<{ versions: object[] }>(`/api/v1/which?sha256=${'00'.repeat(32)}`);
    expect(unknown.versions).toEqual([]);
    const { nodes } = await provenance.lineage(WORLD.runs.report);
    const known = nodes.find(
      (node) => node.type === 'artifact' && node.sha256 !== undefined,
    ) as LineageArtifact;
    const { versions } = await site.json<{ versions: { names: string[] }[] }>(
      `/api/v1/which?sha256=${known.sha256}`,
    );
    expect(versions[0]!.names).toEqual(known.names);
    expect((await site.get('/api/v1/which?sha256=/etc/passwd')).status).toBe(400);
    expect((await site.get('/api/v1/which?file=/etc/passwd')).status).toBe(400);
  });

  it('give a kept content as a download with the bytes of its digest', async () => {
    const { detail } = await provenance.environment(WORLD.environments.changed);
    const digest = String(detail['git.patch']);
    const response = await site.get(`/api/v1/content/${digest}`);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${digest.slice(7)}"`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
    expect((await site.get(`/api/v1/content/sha256:${'00'.repeat(32)}`)).status).toBe(404);
  });
});

describe('a list of the API', () => {
  it('continues after its cursor, and answers 410 if that record was removed', async () => {
    const first = await site.json<{ items: { start: { uid: string } }[]; next: string }>(
      '/api/v1/runs?attempts=true&limit=3',
    );
    const second = await site.json<typeof first>(`/api/v1/runs?attempts=true&limit=3&after=${first.next}`);
    const uids = [...first.items, ...second.items].map(({ start }) => start.uid);
    const both = await site.json<typeof first>('/api/v1/runs?attempts=true&limit=6');
    expect(uids).toEqual(both.items.map(({ start }) => start.uid));
    const gone = await site.get(`/api/v1/runs?after=${uidOf(999_999)}`);
    expect(gone.status).toBe(410);
    expect(await gone.json()).toMatchObject({
      code: 'CURSOR_GONE',
      detail: expect.stringContaining('Start the list again'),
    });
  });

  it('of logged lines has each line once, the newest first, page by page and as CSV', async () => {
    interface Part {
      items: { time: number; message: string }[];
      next?: string;
    }
    const whole = await site.json<Part>('/api/v1/log?limit=500');
    expect(whole.items.length).toBeGreaterThan(3);
    expect(whole.next).toBeUndefined();
    const times = whole.items.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const lines: Part['items'] = [];
    let after = '';
    for (let page: Part | undefined; !page || page.next; after = `&after=${page.next}`) {
      page = await site.json<Part>(`/api/v1/log?limit=2${after}`);
      lines.push(...page.items);
    }
    expect(lines).toEqual(whole.items);
    const rows = readCsv(await site.text('/api/v1/log?format=csv'));
    expect(rows).toHaveLength(1 + lines.length);
    expect((await site.get('/api/v1/log?after=x')).status).toBe(400);
  });
});
