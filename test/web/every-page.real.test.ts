/**
 * What holds for every page: for people who can't see it well, on a phone, without JavaScript, in the dark, and within its budget. A new
 * page is looked at by itself.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuild } from '../built';
import { laboratoryRecords } from '../cli/laboratory';
import { keepScreenshot, NO_BROWSER, openBrowser, WIDTHS } from './browser-kit';
import { firstPaintOf, overflowOf, smallTextOf, violationsOf } from './look';
import { examplesOf } from './page-addresses';
import { startSite, type TestSite } from './site-kit';
import { startWorld } from './world';

const { PAGES } = fromBuild<typeof import('../../src/web/pages/all')>('src/web/pages/all');
const BUDGET_BYTES = 60_000;
const ADDRESSES = PAGES.flatMap(({ path }) => examplesOf(path));
const [PHONE, TABLET, DESK] = WIDTHS;

let site: TestSite;
let empty: TestSite;
let one: TestSite;
let browser: Browser;
beforeAll(async () => {
  if (NO_BROWSER) return;
  [site, empty] = [await startWorld(), await startSite()];
  one = await startSite({ records: laboratoryRecords().slice(0, 3) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const open of [site, empty, one]) await open?.close();
});

/** Opens addresses in one tab, and gathers what goes wrong in it. */
async function newTab(context: BrowserContext, origin: string) {
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => request.url().startsWith(origin) || wrong.push(request.url()));
  return { page, wrong };
}

describe.skipIf(NO_BROWSER)('every page', () => {
  let context: BrowserContext;
  let page: Page;
  let wrong: string[];
  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width: DESK, height: 900 }, colorScheme: 'light' });
    ({ page, wrong } = await newTab(context, site.address));
  });

  it.each(ADDRESSES)(
    '%s: axe finds nothing, nothing overflows, no text is small, the budget is kept',
    async (address) => {
      wrong.length = 0;
      await page.setViewportSize({ width: DESK, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
      const response = await page.goto(site.address + address);
      expect(response?.status()).toBe(200);
      const { bytes, requests } = await firstPaintOf(page);
      const light = await violationsOf(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await violationsOf(page);
      const found: Record<string, unknown> = { light, dark, small: await smallTextOf(page) };
      for (const width of [DESK, TABLET, PHONE]) {
        await page.setViewportSize({ width, height: 900 });
        found[width] = await overflowOf(page);
        if (process.env.SCREENSHOTS)
          await keepScreenshot(page, `every${address.replace(/\W+/g, '-')}-${width}`);
      }
      expect(found).toEqual({ light: [], dark: [], small: [], [DESK]: [], [TABLET]: [], [PHONE]: [] });
      expect(wrong).toEqual([]);
      expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(2);
      expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
    },
  );

  it('works without JavaScript, without a button that does nothing', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const { page, wrong } = await newTab(plain, site.address);
    for (const address of ADDRESSES) {
      await page.goto(site.address + address);
      const [main = ''] = await page.locator('main').allInnerTexts();
      expect(main.length, address).toBeGreaterThan(60);
      const dead = await page.locator('button:visible:not(form button)').allTextContents();
      expect(dead, address).toEqual([]);
    }
    expect(wrong).toEqual([]);
    await plain.close();
  });

  it('shows text for no record, and for one record', async () => {
    const { page, wrong } = await newTab(context, 'http://127.0.0.1');
    const paths = PAGES.map(({ path }) => path).filter((path) => !path.includes(':') && path !== '/go');
    for (const { address } of [empty, one]) {
      for (const path of paths) {
        const response = await page.goto(address + path);
        const [main = ''] = await page.locator('main').allInnerTexts();
        expect([200, 400], `${path} ${main}`).toContain(response?.status());
        expect(main.length, path).toBeGreaterThan(20);
        expect(await overflowOf(page), path).toEqual([]);
      }
    }
    expect(wrong.filter((line) => !line.includes('400'))).toEqual([]);
    await page.close();
  });

  it('links only to addresses that exist', async () => {
    const found = new Map<string, string>();
    for (const address of ADDRESSES) {
      const html = await site.text(address);
      for (const [, href = ''] of html.matchAll(/href="(\/[^"]*)/g)) {
        const [path = ''] = href.replaceAll('&amp;', '&').replaceAll('&#39;', "'").split('#');
        // One of each kind: runs differ by their uid alone.
        const kind = path
          .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|sha256(:|%3A)[0-9a-f]+/g, '*')
          .replace(/=[^&]*/g, '=');
        if (!found.has(kind)) found.set(kind, path);
      }
    }
    expect(found.size).toBeGreaterThan(20);
    const missing: string[] = [];
    for (const path of found.values()) {
      const { status } = await site.get(path, { redirect: 'manual' });
      if (status >= 400) missing.push(`${status} ${path}`);
    }
    expect(missing).toEqual([]);
  });
});
