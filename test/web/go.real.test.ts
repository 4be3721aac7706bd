import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../imports';
import { newFolder } from '../record/spool-kit';
import { startSite, type TestSite } from './site-kit';
import { OTHERS, OWN, putTwoLabs } from './two-labs';

let site: TestSite;
beforeAll(async () => {
  const store = `sqlite:${join(await newFolder(), 'two-labs.db')}`;
  await putTwoLabs(store);
  site = await startSite({ store, labs: { lab: 'alpha' } });
});
afterAll(() => site?.close());

const go = (ref: string, more = '') =>
  site.get(`/go?ref=${encodeURIComponent(ref)}${more}`, { redirect: 'manual' });

describe('the way to anything by its name', () => {
  it.each([
    ['a scan id', '1', `/runs/${OWN.run}`],
    ['a uid', OWN.run, `/runs/${OWN.run}`],
    ['part of a uid, with spaces', `  ${OWN.later.slice(-12)} `, `/runs/${OWN.later}`],
    ['the id of a node', `run:${OWN.run}`, `/runs/${OWN.run}`],
    ['a run id', OWN.execution, `/executions/${OWN.execution}`],
    ['a workflow id', 'alpha-pipeline', `/executions/${OWN.execution}`],
    ['a digest', OWN.digest, `/artifacts/${encodeURIComponent(OWN.digest)}`],
    ['the end of a name', 'shared.csv', '/artifacts/shared.csv'],
    ['an environment', OTHERS.environment, `/environments/${encodeURIComponent(OTHERS.environment)}`],
    ['nothing', '', '/'],
  ])('is found for %s', async (_, ref, address) => {
    const response = await go(ref);
    expect([response.status, response.headers.get('location')]).toEqual([302, address]);
  });

  it('stays in the lab', async () => {
    expect((await go('1', '&lab=alpha')).headers.get('location')).toBe(`/runs/${OWN.run}?lab=alpha`);
    expect((await go('1', '&lab=beta')).headers.get('location')).toBe(`/runs/${OTHERS.run}?lab=beta`);
  });

  it('lists what was tried if nothing has the name', async () => {
    const response = await go('no such thing');
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/no scan id.*workflow id.*or environment/);
  });

  it('offers each record that a name fits', async () => {
    const part = OWN.run.slice(0, 8);
    const response = await go(part);
    const page = await response.text();
    const { candidates } = await site.json<{ candidates: string[] }>(`/api/v1/named?ref=${part}`);
    expect(response.status).toBe(400);
    expect(candidates).toEqual(expect.arrayContaining([OWN.run, OWN.later]));
    for (const uid of candidates) expect(page).toContain(`href="/go?ref=${uid}"`);
    expect((await go(OWN.later)).headers.get('location')).toBe(`/runs/${OWN.later}`);
  });

  it.each([join(ROOT, 'package.json'), '/etc/hostname', 'package.json', './package.json'])(
    'reads no file of the server: %s',
    async (path) => {
      expect((await go(path)).status).toBe(404);
      for (const filter of [`upstream_of('${path}')`, `uses('${path}')`]) {
        const answer = await site.json<{ detail?: string }>(
          `/api/v1/runs?where=${encodeURIComponent(filter)}`,
        );
        expect(JSON.stringify(answer)).not.toMatch(/sha256:[0-9a-f]/);
      }
    },
  );
});
