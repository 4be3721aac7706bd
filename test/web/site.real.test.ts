import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laboratoryRecords } from '../cli/laboratory';
import { keepScreenshot, NO_BROWSER, openBrowser } from './browser-kit';
import { startSite, type TestSite } from './site-kit';

let site: TestSite;
beforeAll(async () => {
  site = await startSite({ records: laboratoryRecords() });
});
afterAll(() => site?.close());

describe('the site', () => {
  it('shows runs as a page and as JSON', async () => {
    const { items } = await site.json<{ items: { start: { uid: string } }[] }>('/api/v1/runs');
    const page = await site.text('/');
    expect(items.length).toBeGreaterThan(2);
    for (const { start } of items) expect(page).toContain(`/runs/${start.uid}`);
  });

  it('shows what is wrong with a filter, and where', async () => {
    const response = await site.get('/api/v1/runs?where=operator%20%3D%3D%3D');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'FILTER_INVALID', position: 10 });
  });

  it('answers 404 for a run that does not exist', async () => {
    const uid = '01a22b0b-82e4-70ec-9af3-cc3eb5ed4870';
    expect((await site.get(`/runs/${uid}`)).status).toBe(404);
    expect((await site.get(`/api/v1/runs/${uid}`)).status).toBe(404);
  });
});

describe.skipIf(NO_BROWSER)('the site in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('opens without an error and without a request to another origin', async () => {
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => request.url().startsWith(site.address) || wrong.push(request.url()));
    await page.goto(`${site.address}/`);
    await keepScreenshot(page, 'runs');
    expect(await page.title()).toBe('Runs · temporal-provenance');
    expect(wrong).toEqual([]);
  });
});
