/** What a page says, what the API answers and what the command line prints are the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VALUE } from '../../src/web/limits';
import { call } from '../cli/laboratory';
import type { TestSite } from './site-kit';
import { startWorld, WORLD } from './world';

let site: TestSite;
beforeAll(async () => {
  site = await startWorld();
});
afterAll(() => site?.close());

async function printed<Value>(...words: string[]): Promise<Value[]> {
  const { code, err, json } = await call([...words, '--json', '--store', site.store], { cwd: '/' });
  expect(code, err).toBe(0);
  return json() as Value[];
}

interface Documents {
  start: Record<string, unknown> & { uid: string };
  stop: object | null;
  settled: object | null;
}

describe('the API and the command line', () => {
  it('list the same runs', async () => {
    const { items } = await site.json<{ items: Documents[] }>('/api/v1/runs?attempts=true&limit=500');
    const lines = await printed<Documents>('list', '--limit', '500');
    expect(items.map(({ start, stop, settled }) => ({ start, stop, settled }))).toEqual(lines);
  });

  it('list the same executions', async () => {
    interface Execution {
      start: { run_id: string };
      status: string;
    }
    const { items } = await site.json<{ items: Execution[] }>('/api/v1/executions?limit=500');
    const lines = await printed<Execution>('list', '--executions', '--limit', '500');
    expect(items.map(({ start, status }) => [start, status])).toEqual(
      lines.map(({ start, status }) => [start, status]),
    );
  });

  it('show the same documents of a run', async () => {
    for (const uid of Object.values(WORLD.runs)) {
      const { start, stop, settled } = await site.json<Documents>(`/api/v1/runs/${uid}`);
      const [shown] = await printed<Documents>('show', uid);
      expect({ start, stop, settled }).toEqual({
        start: shown!.start,
        stop: shown!.stop,
        settled: shown!.settled,
      });
    }
  });

  it('have the same nodes and links in a lineage', async () => {
    for (const ref of [WORLD.runs.report, WORLD.data.model, WORLD.runs.acquire])
      for (const direction of ['up', 'down'] as const) {
        const { nodes, links } = await site.json<{ nodes: { id: string }[]; links: object[] }>(
          `/api/v1/lineage?focus=${encodeURIComponent(ref)}&direction=${direction}`,
        );
        const lines = await printed<{ node?: { id: string }; link?: object }>(
          'lineage',
          ref,
          `--${direction}`,
        );
        expect(nodes).toEqual(lines.flatMap(({ node }) => node ?? []));
        expect(links).toEqual(lines.flatMap(({ link }) => link ?? []));
      }
  });
});

/** Members of documents that say how the record was made, not what happened. */
const ABOUT_THE_RECORD =
  /^(start|stop|settled)\.(schema_version|uid|run_start)$|^start\.provenance\.|^settled\.evidence|\.indexed\b/;

function leaves(value: unknown, path: string): [path: string, value: string | number][] {
  if (typeof value === 'string' || typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
}

/** Text of a page as a reader sees it, folded parts and what is shown on hover among it. */
function textOf(html: string): string {
  const names: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return html
    .replace(/<(script|style)[^>]*>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]*? title="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => names[name]!)
    .replace(/\s+/g, '');
}

/** A page shows the beginning of a text that is longer than its bound, and names control characters. */
function shows(text: string, value: string): boolean {
  const parts = value.slice(0, VALUE.short_characters).split(/[\p{Cc}\p{Cf}]+/u);
  return parts.every((part) => text.includes(part.replace(/\s+/g, '')));
}

describe('the page of a run', () => {
  it('shows what its documents contain', async () => {
    const missing: string[] = [];
    for (const [name, uid] of Object.entries(WORLD.runs)) {
      const { start, stop, settled } = await site.json<Documents>(`/api/v1/runs/${uid}`);
      const text = textOf(await site.text(`/runs/${uid}`));
      for (const [path, value] of leaves({ start, stop, settled }, ''))
        if (typeof value === 'string' && !ABOUT_THE_RECORD.test(path.slice(1)))
          if (!shows(text, value)) missing.push(`${name}${path} ${value.slice(0, 60)}`);
    }
    expect(missing).toEqual([]);
  });
});
