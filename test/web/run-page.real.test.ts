/** The page of a run and of an environment in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuild, openStore } from '../built';
import { laboratoryRecords } from '../cli/laboratory';
import { ROOT } from '../imports';
import { stopping, uidOf } from '../store/runs';
import { openUpkeep } from '../upkeep/stores';
import { keepScreenshot, NO_BROWSER, openBrowser } from './browser-kit';
import { HARD, hardRuns, hugeRuns, PAYLOADS } from './run-records';
import { startSite, type TestSite } from './site-kit';

const { purgeRun } = fromBuild<typeof import('../../src/upkeep/purge/purge')>('src/upkeep/purge/purge');

let site: TestSite;
beforeAll(async () => {
  const records = [...laboratoryRecords(), ...hardRuns(), ...hugeRuns()];
  site = await startSite({ records, temporal_ui: 'https://temporal.example.org/' });
}, 60_000);
afterAll(() => site?.close());

/** A machine may be busy. */
const PATIENT = { timeout: 20_000 };

/** Markup, attributes and addresses that no page of ours has. Runs in the browser. */
const STRANGE = `[
  ...[...document.querySelectorAll('main :is(iframe, object, embed, script, style, video, base, marquee)')].map((one) => one.outerHTML),
  ...[...document.querySelectorAll('*')].flatMap((one) =>
    one.getAttributeNames().filter((name) => name.startsWith('on') || (name === 'style' && !one.closest('.plots')))),
  ...[...document.querySelectorAll('a')].map(({ protocol }) => protocol).filter((scheme) => !/^https?:$/.test(scheme)),
]`;

const at = (n: number, rest = '') => `/runs/${uidOf(n)}${rest}`;

describe('the page of a run', () => {
  it('says of an encrypted run that its values are withheld, and shows no digest as a message', async () => {
    const read = () => site.text(at(HARD.encrypted));
    await expect.poll(read, PATIENT).toContain('message withheld');
    const page = await read();
    expect(page).toContain('withheld, because the lab encrypts its payloads');
    expect(page).toContain('message withheld, because the lab encrypts its payloads');
  });

  it('shows a part of 100,000 fields, their number, and finds one by its name', async () => {
    const read = () => site.text(at(HARD.wide));
    await expect.poll(read, { timeout: 50_000, interval: 500 }).toContain('100,001');
    const page = await read();
    expect(page.length).toBeLessThan(400_000);
    // A machine that is busy may answer that it was too slow.
    const search = () => site.text(at(HARD.wide, '?field=motor_77777'));
    await expect.poll(search, { timeout: 50_000, interval: 500 }).toContain('motor_77777');
    const found = await search();
    expect(found).not.toContain('motor_1<');
  }, 120_000);

  it('folds a value of 2 MiB and a list of 5,000, and leaves the rest to the JSON form', async () => {
    const page = await site.text(at(HARD.large));
    expect(page.length).toBeLessThan(500_000);
    expect(page).toContain('the JSON form');
  }, 60_000);

  it('shows the log page by page, from a level on, and by a search text', async () => {
    const page = await site.text(at(HARD.long, '?level=warn&text=step'));
    expect(page.match(/class="log-line/g)).toHaveLength(5);
    const first = await site.text(at(HARD.long));
    const next = /href="([^"]*after=\d+[^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&');
    expect(await site.text(next!)).toContain('step 10000 of 24000');
    expect(await site.text(at(HARD.long, '?text=nowhere'))).toContain('No line matches.');
  });

  it("links to the execution in Temporal's Web UI if its address is known", async () => {
    expect(await site.text(at(HARD.long))).toContain(
      'href="https://temporal.example.org/namespaces/default/workflows/night-run/',
    );
  });

  it('says of a removed run when, by whom and why; so does its API', async () => {
    const database = await openUpkeep(site.store);
    await purgeRun(database, uidOf(1), 'purge: asked for by its operator', false);
    await database.close();
    const page = await site.get(at(1));
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('purge: asked for by its operator');
    const answer = await site.get(`/api/v1${at(1)}`);
    expect(answer.status).toBe(404);
    expect(JSON.stringify(await answer.json())).toContain('was removed from the store');
  });

  it('refuses invalid parameters, in one line', async () => {
    expect((await site.get(at(2, '?level=loud'))).status).toBe(400);
    expect((await site.get(at(2, '?checkpoint=-4'))).status).toBe(400);
    expect((await site.get(`/api/v1${at(2)}/log?limit=1000000`)).status).toBe(400);
  });
});

describe('the page of an environment', () => {
  it('shows the fields of the id, and the reasons of unknown ones', async () => {
    const page = await site.text('/environments/abababab');
    for (const text of [
      'git.worktree_tree',
      'no tag names the commit',
      '<bdi>faster</bdi>',
      'runs with this code',
      '1.4',
    ])
      expect(page).toContain(text);
  });

  it('is in the list with its last use', async () => {
    const list = await site.json<{ items: { environment: { id: string }; runs: number; last?: object }[] }>(
      '/api/v1/environments',
    );
    const own = list.items.find(({ environment }) => environment.id === `sha256:${'ab'.repeat(32)}`);
    expect(own).toMatchObject({ runs: 2, more: false, last: { uid: uidOf(3) } });
    expect(await site.text('/environments')).toContain(`/environments/sha256%3A${'ab'.repeat(32)}`);
  });

  it('answers 404 if it does not exist', async () => {
    expect((await site.get(`/environments/sha256:${'11'.repeat(32)}`)).status).toBe(404);
  });
});

describe.skipIf(NO_BROWSER)('in a browser', () => {
  let browser: Browser;
  const wrong: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('dialog', (dialog) => wrong.push(dialog.message()));
    page.on('request', (request) => request.url().startsWith(site.address) || wrong.push(request.url()));
    await page.goto(site.address + path);
    return page;
  }

  it('shows hostile text of every field as text: nothing of it runs, and no markup comes from it', async () => {
    for (const path of [at(HARD.hostile), `/environments/sha256:${'e5'.repeat(32)}`, '/environments']) {
      const page = await open(path);
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(`'__xss' in window`)).toBe(false);
      expect(await page.evaluate(STRANGE)).toEqual([]);
      const text = (await page.textContent('main'))!;
      if (path !== '/environments')
        for (const payload of PAYLOADS.slice(0, 5)) expect(text).toContain(payload);
      await page.close();
    }
    expect(wrong).toEqual([]);
  });

  it('plots the numbers in checkpoints, and searches the log during typing', async () => {
    const page = await open(at(HARD.long));
    await page.waitForSelector('.plot canvas');
    expect(await page.locator('.plot').count()).toBe(5);
    await page.getByRole('button', { name: 'By number' }).click();
    await page.waitForSelector('.plot canvas');
    await keepScreenshot(page, 'run-long');
    await page.fill('#log-text', 'beam');
    await expect.poll(() => page.locator('.log-line').count(), PATIENT).toBe(1);
    expect(await page.textContent('.log')).toContain('beam lost');
    expect(page.url()).toContain('text=beam');
    await page.close();
    expect(wrong).toEqual([]);
  });

  it('shows the end of a run that was open when the page was loaded', async () => {
    const page = await open(at(4));
    expect(await page.textContent('.run-head .status')).toContain('open');
    const store = await openStore(site.store, { mode: 'write', create: false });
    await store.write([stopping(4, { time: 3_999_999_999, temporal: { result: ['all is well'] } })]);
    await store.close();
    await page.locator('.run-head .status', { hasText: 'completed' }).waitFor();
    expect(await page.textContent('#values')).toContain('all is well');
    await page.close();
    expect(wrong).toEqual([]);
  }, 60_000);

  it('filters packages and folds a patch by file, with and without JavaScript', async () => {
    const path = `/environments/sha256:${'e5'.repeat(32)}`;
    const plain = await open(path, { javaScriptEnabled: false });
    await plain.fill('#package', 'vbscript');
    await plain.click('#packages button');
    await expect.poll(() => plain.locator('#packages tbody tr').count(), PATIENT).toBe(1);
    await plain.close();
    const page = await open(path);
    await page.fill('#package', 'vbscript');
    await expect.poll(() => page.locator('#packages tbody tr:visible').count(), PATIENT).toBe(1);
    expect(await page.textContent('#packages-count')).toBe(`1 of ${PAYLOADS.length}`);
    expect(await page.locator('.patch-line.added').count()).toBe(PAYLOADS.length);
    await page.close();
  });

  it('fits a phone, a tablet and a desktop: the page never scrolls sideways', async () => {
    const page = await open(at(2));
    for (const [n, name] of [
      [2, 'failed'],
      [HARD.foreign, 'foreign'],
      [HARD.long, 'long'],
      [HARD.encrypted, 'encrypted'],
    ] as const) {
      await page.goto(site.address + at(n));
      for (const width of [390, 820, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await keepScreenshot(page, `run-${name}-${width}`);
        const wider = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
        await expect.poll(wider, PATIENT).toBeLessThanOrEqual(0);
      }
    }
    await page.close();
  }, 60_000);

  it('prints a run as a page of a notebook: no navigation, the stack unfolded, its own address', async () => {
    const page = await open(at(2));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.site-head').isVisible()).toBe(false);
    expect(await page.locator('.stack').first().isVisible()).toBe(true);
    expect(await page.locator('.on-paper').textContent()).toContain('/runs/00000002');
    const folder = join(ROOT, '.cache', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const pdf = await page.pdf({ format: 'A4', path: join(folder, 'run.pdf') });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await keepScreenshot(page, 'run-print');
    await page.close();
  });
});
