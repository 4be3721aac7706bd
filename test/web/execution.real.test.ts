/** The page of an execution in a real browser: what failed, timeline, tree, decisions. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../built';
import { CHILD, FAILED } from '../cli/failed-execution';
import { newFolder } from '../record/spool-kit';
import { opening, stopping, uidOf } from '../store/runs';
import { keepScreenshot, NO_BROWSER, openBrowser, WIDTHS } from './browser-kit';
import { LONG, longExecutionRecords } from './long-execution';
import { startSite, type TestSite } from './site-kit';
import { putWorld, WORLD } from './world';

/** Activities of the long execution: as many as Temporal lets one have. */
const MANY = 20_000;
const OPEN = {
  namespace: 'default',
  workflow_id: 'open-scan',
  run_id: '0b5c7f1e-3333-4000-8000-000000000001',
};

let folder: string;
let site: TestSite;
beforeAll(async () => {
  folder = await newFolder();
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  await putWorld(url);
  const store = await openStore(url, { mode: 'write', create: false });
  const records = longExecutionRecords(MANY);
  for (let from = 0; from < records.length; from += 6_000)
    await store.write(records.slice(from, from + 6_000));
  await store.write(openRecords());
  await store.close();
  site = await startSite({ store: url });
});
afterAll(async () => {
  await site?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** An execution that started a minute ago, with a run that is open. */
function openRecords() {
  const now = Date.now() / 1000;
  const start = {
    schema_version: 1,
    ...OPEN,
    workflow_type: 'openScan',
    start_time: now - 60,
    task_queue: 'measurements',
    first_execution_run_id: OPEN.run_id,
    attempt: 1,
    origin: 'sandbox' as const,
  };
  const temporal = { ...OPEN, workflow_type: 'openScan', activity_type: 'expose', activity_id: '1' };
  return [{ kind: 'execution' as const, start }, opening({ n: 9_100_001, time: now - 30, temporal })];
}

const addressOf = ({ run_id }: { run_id: string }, query = '') => `/executions/${run_id}${query}`;

describe('the page of an execution', () => {
  it('is found by workflow id, by run id and by its beginning; an unknown one is 404', async () => {
    for (const ref of [FAILED.workflow_id, FAILED.run_id, FAILED.run_id.slice(0, 13), CHILD.workflow_id])
      expect((await site.get(`/executions/${encodeURIComponent(ref)}`)).status).toBe(200);
    expect((await site.get('/executions/nothing-like-that')).status).toBe(404);
    expect((await site.get(addressOf(FAILED, '?state=odd'))).status).toBe(400);
    expect((await site.get(addressOf(FAILED, '?from=x'))).status).toBe(400);
  });

  it('shows what failed as show does, and links that run, its child and its code', async () => {
    const page = await site.text(addressOf(FAILED));
    const { failure } = await site.json<{ failure: { run: { run: { start: { uid: string } } } } }>(
      `/api/v1${addressOf(FAILED)}`,
    );
    expect(failure.run.run.start.uid).toBe(uidOf(105));
    for (const words of [
      'singular matrix: 3 of 12 frames are dark',
      'only 3 points',
      'beamline-7',
      '3f2a1bc9d0e4',
      'frames 4, 7, 9 are dark',
      `/runs/${uidOf(105)}`,
      `/runs/${uidOf(104)}`,
      `/executions/${CHILD.run_id}`,
    ])
      expect(page).toContain(words);
  });

  it('names the fields that a refused run lacked, and links to all refused runs', async () => {
    const page = await site.text(addressOf(WORLD.executions.running));
    expect(page).toMatch(/Refused: .*acquire/);
    expect(page).toContain('sample.name');
    expect(page).toContain('href="/refusals"');
  });

  it('limits its log to a level and a text, and shows the data of the whole execution', async () => {
    const page = await site.text(addressOf(CHILD, '?level=warn'));
    expect(page).toContain('frames 4, 7, 9 are dark');
    expect(page).not.toContain('reading 12 frames');
    expect(await site.text(addressOf(CHILD, '?search=nothing-like-it'))).toContain('No line matches.');
    const { generated, used } = await site.json<{ generated: { names: string[] }[]; used: object[] }>(
      `/api/v1${addressOf(WORLD.executions.completed, '/data')}`,
    );
    expect(generated.flatMap(({ names }) => names).join()).toContain('report');
    expect(used.length).toBeGreaterThan(0);
  });

  it.each([
    '?from=1e300',
    '?from=-1e300&to=1e300',
    '?from=5&to=1',
    '?open=zzz,,%00',
    '?skip=9007199254740991',
    '?text=%25_%5C%00',
    '?search=%00%F0%9F%99%82&level=warn',
    '?activity=%3Cscript%3E',
  ])('is complete with %s', async (query) => {
    const response = await site.get(addressOf(FAILED, query));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('singular matrix');
  });

  it('reads a part of a long timeline, and says how many rows pass', async () => {
    const part = await site.json<{ total: number; rows: unknown[] }>(
      `/api/v1${addressOf(LONG, '/timeline?skip=19990&limit=500')}`,
    );
    expect([part.total, part.rows.length]).toEqual([MANY, 10]);
    const failed = await site.json<{ total: number }>(`/api/v1${addressOf(LONG, '/timeline?state=failed')}`);
    expect(failed.total).toBe(20);
    expect(await site.text(addressOf(LONG, '?skip=30000'))).toContain('There are no more rows.');
  });
});

describe.skipIf(NO_BROWSER)('the page of an execution in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function open(
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; wrong: string[] }> {
    const page = await browser.newPage(options);
    const wrong: string[] = [];
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(`${site.address}${path}`);
    return { page, wrong };
  }

  it('draws each attempt, opens a child below its parent, and fits the width of the screen', async () => {
    for (const width of WIDTHS) {
      const colorScheme = width === 820 ? 'dark' : 'light';
      const { page, wrong } = await open(addressOf(FAILED), {
        viewport: { width, height: 900 },
        colorScheme,
      });
      await page.getByLabel('Show the activities of this child').click();
      await page.waitForURL(/open=/);
      expect(await page.locator('.tl-below rect.tl-span').count()).toBe(3);
      expect(await page.locator('.tl-marks text').count()).toBe(2);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(wrong).toEqual([]);
      await keepScreenshot(page, `execution-${width}-${colorScheme}`);
      await page.close();
    }
  });

  it('draws only the visible rows of a long timeline, to its end', async () => {
    const { page, wrong } = await open(addressOf(LONG), { viewport: { width: 1440, height: 900 } });
    const box = page.locator('.tl-scroll');
    await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const last = page.locator(`.tl-rows li[aria-posinset="${MANY}"]`);
    await last.waitFor();
    expect(await last.textContent()).toContain('reduce');
    expect(await page.locator('.tl-rows li').count()).toBeLessThan(100);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('zooms by mouse and by keys, and keeps the selection in the address', async () => {
    const { page } = await open(addressOf(FAILED), { viewport: { width: 1440, height: 900 } });
    await page.locator('.tl-axis').scrollIntoViewIfNeeded();
    const axis = (await page.locator('.tl-axis').boundingBox())!;
    await page.mouse.move(axis.x + 20, axis.y + 10);
    await page.mouse.down();
    await page.mouse.move(axis.x + axis.width / 3, axis.y + 10);
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    expect(await page.locator('.tl-row:not(.tl-marks)').count()).toBeGreaterThan(0);
    await page.locator('.tl-head').focus();
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.search.includes('from='));
    await page.close();
  });

  it('is complete without scripts: rows are shown in pages', async () => {
    const { page } = await open(addressOf(LONG), { javaScriptEnabled: false });
    expect(await page.locator('.tl-rows li').count()).toBe(200);
    await page.getByRole('link', { name: 'Last' }).click();
    expect(await page.textContent('.tl-parts')).toContain('Rows 19,801 to 20,000 of 20,000');
    await page.selectOption('#tl-state', 'failed');
    await page.getByRole('region', { name: 'Timeline' }).getByRole('button').click();
    await page.waitForURL(/state=failed/);
    expect(await page.locator('.tl-rows li').count()).toBe(20);
    await page.close();
  });

  it('keeps an open execution current, until it has closed', async () => {
    const { page, wrong } = await open(addressOf(OPEN));
    expect(await page.locator('rect.tl-span.open').count()).toBe(1);
    const store = await openStore(site.store, { mode: 'write', create: false });
    const time = Date.now() / 1000;
    await store.write([
      stopping(9_100_001, { time }),
      {
        kind: 'execution-close',
        close: { schema_version: 1, ...OPEN, close_time: time, status: 'completed', origin: 'server' },
      },
    ]);
    await store.close();
    await vi.waitUntil(async () => (await page.locator('rect.tl-span.good').count()) === 1, {
      timeout: 30_000,
    });
    expect(await page.locator('[data-live]').count()).toBe(0);
    expect(wrong).toEqual([]);
    await page.close();
  });
});
