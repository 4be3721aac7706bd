/** Everything is done with the keyboard: all links are reached, rows are walked along, sections opened; colours are switched and stay. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_BROWSER, openBrowser } from './browser-kit';
import { focusOf } from './look';
import type { TestSite } from './site-kit';
import { startWorld } from './world';

describe.skipIf(NO_BROWSER)('the keyboard', () => {
  let site: TestSite;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    site = await startWorld();
    browser = await openBrowser();
    page = await browser.newPage({ timezoneId: 'Europe/Zurich' });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  const open = (path: string) => page.goto(site.address + path);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('reaches every link and field of a page in their order', async () => {
    await open('/stash');
    const all = await page.locator('a[href]:visible, button:visible, input:visible, select:visible').count();
    const seen = new Set<number>();
    const order: number[] = [];
    for (let tabs = 0; tabs < all + 20; tabs++) {
      await press('Tab');
      const at = (await page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select')].indexOf(document.activeElement)",
      )) as number;
      if (at >= 0 && !seen.has(at)) order.push(at);
      seen.add(at);
    }
    expect(order.length).toBeGreaterThanOrEqual(all);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('skips to the content', async () => {
    await open('/workers');
    await press('Tab', 'Enter');
    expect(await focusOf(page)).toMatch(/^MAIN/);
  });

  it('moves along rows, and opens one', async () => {
    await open('/workers');
    await press('j', 'j');
    expect(await focusOf(page)).toMatch(/^A .*99@beamline-7/);
    await press('k');
    expect(await focusOf(page)).toMatch(/^A .*4711@beamline-7/);
    await press('Enter');
    await page.waitForURL('**/workers/session-1');
  });

  it('goes to a section, and stays in the lab', async () => {
    await open('/workers?lab=north');
    await press('g', 's');
    await page.waitForURL('**/stash?lab=north');
    await press('g', 'h');
    await page.waitForURL('**/health?lab=north');
  });

  it('goes to the search, and leaves it', async () => {
    await open('/health');
    await press('/');
    expect(await focusOf(page)).toMatch(/^INPUT go/);
    await press('g', 's', 'Escape');
    expect(await focusOf(page)).toMatch(/^BODY/);
    expect(page.url()).toMatch(/\/health$/);
  });

  it('shows all keys, and hides them', async () => {
    await open('/health');
    await press('?');
    expect(await page.locator('dialog').getByText('Next row, previous row').count()).toBe(1);
    await press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  it('leaves keys with a modifier to the browser', async () => {
    await open('/workers');
    await press('Control+j');
    expect(await focusOf(page)).toMatch(/^BODY/);
  });

  it("shows times in the reader's zone, with UTC on hover", async () => {
    await open('/workers/world-ended');
    const time = page.locator('main time:not(.relative)').first();
    expect(await time.textContent()).toContain('08:59:00');
    expect(await time.getAttribute('title')).toBe('2026-11-23T07:59:00.000Z');
    expect(await page.locator('#zone').textContent()).toBe('Times: Europe/Zurich, UTC on hover.');
  });

  it('switches colours, and the server sends the next page in them', async () => {
    await open('/rules');
    const button = page.locator('#theme');
    await button.click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
    await button.click();
    const next = await open('/stash');
    expect(await next!.text()).toContain('<html lang="en" data-theme="dark">');
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    await button.click();
    expect(await (await open('/stash'))!.text()).toContain('<html lang="en">');
  });

  it('sorts a table by a column, in both directions', async () => {
    await open('/health?sizes=true');
    const sizes = async () =>
      (
        await page
          .locator('#sizes tbody td:nth-child(2)')
          .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-sort')))
      ).map(Number);
    const button = page.locator('#sizes thead button', { hasText: 'Size' });
    await button.click();
    const up = await sizes();
    expect(up).toEqual([...up].sort((a, b) => a - b));
    await button.click();
    expect(await sizes()).toEqual([...up].sort((a, b) => b - a));
  });

  it('copies the text next to a button', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/stash');
    await page.locator('.command .copy').click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'temporal-provenance stash set operator Ada',
    );
  });
});
