/** The page of lineage and the page of data in a real browser, on a small pipeline. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIT, FRAMES, PIPELINE, REPORT } from '../cli/lineage-pipeline';
import { digestOf, putGraph } from '../questions/lineage-kit';
import { newFolder } from '../record/spool-kit';
import { uidOf } from '../store/runs';
import { keepScreenshot, NO_BROWSER, openBrowser, WIDTHS } from './browser-kit';
import { startSite, type TestSite } from './site-kit';

const id = (n: number) => `run:${uidOf(n)}`;
const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>';

describe.skipIf(NO_BROWSER)('lineage in a browser', () => {
  let site: TestSite;
  let browser: Browser;
  const wrong: string[] = [];
  beforeAll(async () => {
    const store = `sqlite:${await newFolder()}/provenance.db`;
    const hostile = { uri: `file://beam/data/${encodeURIComponent(HOSTILE)}.txt`, content: 'hostile' };
    const versions = [...PIPELINE.versions!, hostile];
    const links = [
      ...PIPELINE.links!,
      [`r${REPORT}`, `v${versions.length}`, 'generated', 'declared'] as const,
    ];
    await putGraph(store, { ...PIPELINE, versions, links });
    [site, browser] = await Promise.all([startSite({ store }), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** What is wrong on the page is collected, and looked at by the last test. */
  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('dialog', (dialog) => wrong.push(dialog.message()));
    page.on('request', (request) => request.url().startsWith(site.address) || wrong.push(request.url()));
    await page.goto(`${site.address}${path}`);
    return page;
  }

  const lineage = (focus: string, rest = '') => `/lineage?focus=${encodeURIComponent(focus)}${rest}`;
  const box = (page: Page, node: string) => page.locator(`.box[data-id="${node}"]`);
  const transform = (page: Page) => page.locator('.scene').getAttribute('transform');

  it('opens earlier nodes by the handle of a box, and does not move the box', async () => {
    const page = await open(lineage(id(REPORT)));
    await page.locator('.scene[transform]').waitFor();
    const before = await page.locator('.box').count();
    await box(page, id(FIT)).locator('.shape').last().scrollIntoViewIfNeeded();
    const place = (await box(page, id(FIT)).locator('.shape').last().boundingBox())!;
    await box(page, id(FIT)).locator('.handle').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=/);
    await expect.poll(() => page.locator('.box').count()).toBeGreaterThan(before);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const after = (await box(page, id(FIT)).locator('.shape').last().boundingBox())!;
    expect(Math.abs(after.y - place.y)).toBeLessThan(60);
    await page.goBack();
    await expect.poll(() => page.locator('.box').count()).toBe(before);
    await page.close();
  });

  it('shows the panel of a chosen box without a new page, and marks what leads to it', async () => {
    const page = await open(lineage(id(REPORT)));
    await page.evaluate('window.same = true');
    await box(page, id(REPORT)).locator('a').first().click();
    await page.locator('#chosen h2', { hasText: 'makeReport' }).waitFor();
    expect(await page.evaluate('window.same')).toBe(true);
    expect(page.url()).toContain('node=');
    expect(await page.locator('.scene.traced .line.on').count()).toBeGreaterThan(3);
    await page.close();
  });

  it('moves by pointer, wheel with ctrl, keys and buttons', async () => {
    const page = await open(lineage(id(FIT), '&up=3'));
    await page.locator('.scene[transform]').waitFor();
    const seen = new Set([await transform(page)]);
    const changed = async () => {
      await expect.poll(async () => seen.has(await transform(page))).toBe(false);
      seen.add(await transform(page));
    };
    const map = (await page.locator('.map').boundingBox())!;
    await page.mouse.move(map.x + 20, map.y + 20);
    await page.mouse.down();
    await page.mouse.move(map.x + 130, map.y + 70, { steps: 4 });
    await page.mouse.up();
    await changed();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await changed();
    await page.locator('.map').focus();
    await page.keyboard.press('ArrowLeft');
    await changed();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await changed();
    await page.getByRole('button', { name: 'Fit' }).click();
    // The whole drawing has room here: this is where it was at first.
    await expect.poll(() => transform(page)).toBe([...seen][0]);
    const scene = (await page.locator('.scene').boundingBox())!;
    const stage = (await page.locator('.map').boundingBox())!;
    expect(scene.width).toBeLessThanOrEqual(stage.width + 2);
    await page.close();
  });

  it('finds boxes in the drawing by their words', async () => {
    const page = await open(lineage(id(FIT), '&up=3'));
    await page.getByPlaceholder('Find in the drawing').fill('reduce');
    expect(await page.locator('.box.found').count()).toBe(1);
    await page.close();
  });

  it('is used by keyboard alone: boxes come in reading order, Enter chooses one', async () => {
    const page = await open(lineage(id(REPORT)));
    await page.locator('.map').focus();
    const read: string[] = [];
    for (let at = 0; at < 3; at++) {
      await page.keyboard.press('Tab');
      read.push(
        await page.evaluate<string>("document.activeElement.querySelector('title')?.textContent ?? ''"),
      );
    }
    expect(read.every((words) => words !== '')).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/node=|open=/);
    await page.close();
  });

  it('is complete without scripts: handles, panel, search among many, tables', async () => {
    const page = await open(lineage(id(FIT), '&up=3'), { javaScriptEnabled: false });
    await box(page, id(1)).locator('a').first().click();
    await page.locator('#chosen h2', { hasText: `${FRAMES} runs, drawn as one` }).waitFor();
    await page.getByLabel('Search among them').fill('scan 12');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('1 found.').waitFor();
    await page.getByRole('link', { name: /pull out/ }).click();
    await box(page, id(12)).waitFor();
    await page.getByRole('link', { name: 'Table' }).click();
    await page.getByRole('link', { name: 'Links', exact: true }).click();
    await page.locator('td', { hasText: 'uri' }).first().waitFor();
    await page.close();
  });

  it('shows hostile names as text, in the drawing and in tables', async () => {
    for (const rest of [
      '',
      '&as=table',
      `&node=${encodeURIComponent(`artifact:sha256:${digestOf('hostile')}`)}`,
    ]) {
      const page = await open(lineage(id(REPORT), rest));
      expect(await page.locator('main').textContent()).toContain('onerror=alert(2)');
      expect(await page.locator('main script, main img').count()).toBe(0);
      await page.close();
    }
  });

  it.each(WIDTHS)('fits %i pixels, in light and dark', async (width) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width, height: 900 };
      const page = await open(lineage(id(FIT), `&up=3&node=${id(1)}`), { viewport, colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await keepScreenshot(page, `lineage-${width}-${colorScheme}`);
      await page.close();
    }
  });

  it('computes the digest of a chosen file in the browser, and opens the page of that content', async () => {
    const page = await open('/artifacts');
    const choose = (buffer: string) =>
      page
        .locator('input[type="file"]')
        .setInputFiles({ name: 'x.bin', mimeType: 'text/plain', buffer: Buffer.from(buffer) });
    const expected = wrong.length;
    await choose('of nobody');
    await page.getByText('No recorded run used or generated this content').waitFor();
    wrong.splice(expected);
    await choose('model');
    await page.waitForURL(`**/artifacts/sha256:${digestOf('model')}`);
    expect(await page.locator('h1').textContent()).toBe('data/model.json');
    await page.close();
  });

  it('logs nothing in the console, and requests no other site', () => {
    expect(wrong).toEqual([]);
  });
});
