import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenEntry } from '../../src/options/serve-options';
import { fromBuild } from '../built';
import { newFolder } from '../record/spool-kit';
import { startSite, type TestSite } from './site-kit';
import { OTHERS, OWN, putTwoLabs, SECRET } from './two-labs';

const { newToken } = fromBuild<typeof import('../../src/web/http/keys')>('src/web/http/keys');
const { QUESTIONS } = fromBuild<typeof import('../../src/web/questions/all')>('src/web/questions/all');
const { PAGES } = fromBuild<typeof import('../../src/web/pages/all')>('src/web/pages/all');

const [all, alpha] = [newToken(), newToken()];
const entries: TokenEntry[] = [
  { name: 'head of the institute', sha256: all.sha256 },
  { name: 'Ada', sha256: alpha.sha256, lab: 'alpha' },
];
/** Parameters that name a record. */
const NAMING = ['ref', 'focus', 'a', 'b', 'id', 'uid', 'run', 'run_id', 'execution', 'to', 'digest', 'name'];

let site: TestSite;
beforeAll(async () => {
  const store = `sqlite:${join(await newFolder(), 'two-labs.db')}`;
  await putTwoLabs(store);
  site = await startSite({ store, tokens: entries });
});
afterAll(() => site?.close());

function get(path: string, token?: string): Promise<Response> {
  return site.get(path, {
    redirect: 'manual',
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
}

describe('tokens', () => {
  it('are required, on the page, in the API and for assets, also on a loopback address', async () => {
    for (const path of ['/', '/api/v1/runs', '/assets/page.css', '/nothing']) {
      const response = await get(path);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(await response.text()).not.toContain('alpha');
    }
  });

  it.each([
    ['an unknown one', `Bearer ${newToken().token}`],
    ['its digest', `Bearer ${all.sha256}`],
    ['an empty one', 'Bearer '],
    ['an empty password', `Basic ${btoa('ada:')}`],
    ['no scheme', all.token],
    ['another scheme', `Digest ${all.token}`],
    ['part of one', `Bearer ${all.token.slice(0, -1)}`],
    ['bytes that are no base64', 'Basic %%%'],
  ])('are refused: %s', async (_, Authorization) => {
    expect((await site.get('/', { headers: { Authorization } })).status).toBe(401);
  });

  it('are accepted as a bearer token and as the password of any user name', async () => {
    const headers = [`Bearer ${all.token}`, `bearer ${all.token}`, `Basic ${btoa(`:${all.token}`)}`];
    for (const Authorization of [...headers, `Basic ${btoa(`Ada:${all.token}`)}`])
      expect((await site.get('/', { headers: { Authorization } })).status).toBe(200);
  });

  it('read all labs, or their own lab', async () => {
    const labsOf = async (token: string) => {
      const answer = (await (await get('/api/v1/runs', token)).json()) as {
        items: { start: { provenance: { lab: string } } }[];
      };
      return [...new Set(answer.items.map(({ start }) => start.provenance.lab))].sort();
    };
    expect(await labsOf(all.token)).toEqual(['alpha', 'beta']);
    expect(await labsOf(alpha.token)).toEqual(['alpha']);
  });

  it('of one lab are refused for another, by its name', async () => {
    expect((await get('/?lab=beta', alpha.token)).status).toBe(403);
    expect((await get('/api/v1/runs?lab=beta', alpha.token)).status).toBe(403);
    expect((await get('/?lab=alpha', alpha.token)).status).toBe(200);
  });

  it.each(Object.entries(OTHERS))('of one lab find nothing of another by its %s', async (_, ref) => {
    for (const path of ['runs', 'executions', 'artifacts', 'environments']) {
      const asked = `/api/v1/${path}/${encodeURIComponent(ref)}`;
      expect([400, 404]).toContain((await get(asked, alpha.token)).status);
    }
  });

  it('of one lab find their own', async () => {
    expect((await get(`/api/v1/runs/${OWN.run}`, alpha.token)).status).toBe(200);
    expect((await get(`/runs/${OWN.run}`, alpha.token)).status).toBe(200);
  });
});

describe('no question and no page', () => {
  const names = [...Object.values(OTHERS), ...Object.values(OWN)];

  it('shows a reader of one lab anything of another', async () => {
    const paths = [...questionPaths(names), ...pagePaths(names)];
    const told: string[] = [];
    for (const path of paths) {
      const response = await get(path, alpha.token);
      const text = await response.text();
      if (text.includes(SECRET) || response.status === 500) told.push(`${response.status} ${path}`);
    }
    expect(paths.length).toBeGreaterThan(20);
    expect(told).toEqual([]);
  }, 60_000);

  it('hides anything from a reader of all labs', async () => {
    expect(await (await get(`/api/v1/runs/${OTHERS.run}`, all.token)).text()).toContain(SECRET);
  });
});

/** Each question as it is, and with each name wherever it takes one. */
function questionPaths(names: readonly string[]): string[] {
  return QUESTIONS.flatMap(({ path, input }) => {
    const shape = Object.keys((input as unknown as { shape?: object }).shape ?? {});
    const naming = NAMING.filter((name) => shape.includes(name) && !path.includes(`{${name}`));
    const named = /\{/.test(path) || naming.length > 0;
    return (named ? names : ['']).map((name) => {
      const query = naming.map((one) => `${one}=${encodeURIComponent(name)}`).join('&');
      const filled = path.replace(/\{\w+\+?\}/g, encodeURIComponent(name));
      return `/api/v1${filled}${query === '' ? '' : `?${query}`}`;
    });
  });
}

function pagePaths(names: readonly string[]): string[] {
  return PAGES.flatMap(({ path }) =>
    names.map((name) => {
      const ref = encodeURIComponent(name);
      const query = NAMING.map((one) => `${one}=${ref}`).join('&');
      return `${path.replace(/:\w+(\{[^}]*\})?/g, ref)}?${query}`;
    }),
  );
}
