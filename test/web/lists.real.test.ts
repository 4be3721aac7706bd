import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { opening, stopping, uidOf } from '../store/runs';
import { NO_BROWSER, openBrowser, WIDTHS } from './browser-kit';
import { manyRuns } from './many-runs';
import { startSite, type TestSite } from './site-kit';
import { startWorld, WORLD } from './world';

const RUNS = 100_000;
const KEYS = 100_000;
const LISTS = ['/', '/executions', '/refusals', '/counts?by=operator,day'];

let world: TestSite;
let many: TestSite;
let empty: TestSite;
beforeAll(async () => {
  [world, many, empty] = await Promise.all([
    startWorld(),
    manyRuns(RUNS).then((store) => startSite({ store })),
    startSite(),
  ]);
});
afterAll(async () => {
  await Promise.all([world, many, empty].map((site) => site?.close()));
});

/** Words that are suggested where `|` stands. */
async function suggested(site: TestSite, marked: string, of = 'runs'): Promise<string[]> {
  const asked = new URLSearchParams({ where: marked.replace('|', ''), at: String(marked.indexOf('|')), of });
  const { items } = await site.json<{ items: { insert: string }[] }>(`/api/v1/suggest?${asked}`);
  return items.map(({ insert }) => insert);
}

describe('suggestions', () => {
  it('are fields of the lab and known ones, operators, recorded values, and keywords', async () => {
    expect(await suggested(world, '|')).toEqual(expect.arrayContaining(['status', 'operator', 'sample']));
    expect(await suggested(world, 'sample.n|')).toContain('sample.name');
    expect(await suggested(world, 'operator |')).toEqual(expect.arrayContaining(['=', 'IN (', 'IS NULL']));
    expect(await suggested(world, "operator = 'A|")).toContain("'Ada'");
    expect(await suggested(world, "status IN ('failed', |")).toContain("'timed_out'");
    expect(await suggested(world, "operator = 'Ada' |")).toEqual(['AND', 'OR', 'ORDER BY']);
    expect(await suggested(world, 'status = |', 'executions')).toContain("'terminated'");
  });

  it('find a value beyond the number that is searched first', async () => {
    expect(await suggested(many, "sample.name = 's-99|")).toEqual(
      expect.arrayContaining(["'s-99'", "'s-990'"]),
    );
    expect(await suggested(many, "operator = 'op-299|")).toEqual(["'op-299'"]);
  });

  it("are empty if the text before can't be parsed", async () => {
    expect(await suggested(world, 'a = = |')).toEqual([]);
  });
});

describe('rows instead of documents', () => {
  it('have the requested columns, shortened if they are long', async () => {
    const path = `/api/v1/runs?where=uid%20%3D%20'${WORLD.runs.large}'&columns=uid,scan_id,took_ms,sample.name`;
    const { items } = await world.json<{ items: { values: object }[] }>(path);
    expect(items[0]!.values).toMatchObject({ uid: WORLD.runs.large });
    const csv = await world.text('/api/v1/runs?columns=uid,operator,time&format=csv');
    expect(csv.split('\r\n')[0]).toBe('uid,operator,time');
    expect(csv).toMatch(/,\d{4}-\d\d-\d\dT/);
  });

  it('have no column that is not a field', async () => {
    const response = await world.get('/api/v1/runs?columns=uid,temporal.nothing');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("There is no column 'temporal.nothing'");
  });
});

describe('a list', () => {
  it('that is empty says why, and what to do', async () => {
    expect(await empty.text('/')).toContain('Runs come from workers with the plugin');
    const none = await many.text("/?where=operator%20%3D%20'op-999'");
    expect(none).toContain('No run has operator &#39;op-999&#39;');
    expect(none).toContain('Without <code>operator = &#39;op-999&#39;</code>');
  });

  it('of one lab has the runs of that lab alone', async () => {
    const page = await world.text('/?lab=north');
    expect(page).toContain(WORLD.runs.north);
    expect(page).not.toContain(WORLD.runs.acquire);
  });

  it('opens if a run has a hundred thousand fields', async () => {
    const fields = Object.fromEntries(Array.from({ length: KEYS }, (_, n) => [`key-${n}`, n]));
    const wide = await startSite({ records: [opening({ n: 1, fields })] });
    const page = await wide.text('/');
    expect(page).toContain(uidOf(1));
    expect(Buffer.byteLength(page)).toBeLessThan(200_000);
    expect(await suggested(wide, 'key-9|')).toContain('key-9');
    await wide.close();
  });

  it('counts what its filter passes, and each group links to its runs', async () => {
    const page = await many.text("/counts?where=operator%20IN%20('op-1','op-2')&by=operator");
    const group = /href="\/(\?where=[^"]*)">334</.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const listed = await many.json<{ items: unknown[] }>(`/api/v1/runs${group}&limit=500`);
    expect(listed.items).toHaveLength(334);
  });
});

describe('each group of a count', () => {
  it.each(['status', 'operator', 'sample', 'day', 'week', 'month', 'lab,status', 'note'])(
    'by %s links to the same number of runs',
    async (by) => {
      const page = await world.text(`/counts?by=${by}`);
      const groups = [...page.matchAll(/href="\/(\?where=[^"]*)">([\d,]+)</g)];
      expect(groups.length).toBeGreaterThan(0);
      for (const [, query, runs] of groups) {
        const address = `/api/v1/runs${query!.replaceAll('&#39;', "'")}&attempts=true&limit=500`;
        const { items = [] } = await world.json<{ items?: unknown[] }>(address);
        expect([address, items.length]).toEqual([address, Number(runs)]);
      }
    },
  );
});

describe.skipIf(NO_BROWSER)('lists in a browser', () => {
  let browser: Browser;
  let plain: Page;
  let scripted: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    const without = await browser.newContext({ javaScriptEnabled: false });
    [plain, scripted] = [await without.newPage(), await browser.newPage()];
    for (const page of [plain, scripted]) {
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('dialog', (dialog) => void dialog.dismiss().then(() => faults.push(dialog.message())));
    }
  });
  afterAll(async () => {
    await browser?.close();
    expect(faults).toEqual([]);
  });

  const statuses = (page: Page) => page.locator('tbody .status').allTextContents();
  const whereOf = (page: Page) => new URL(page.url()).searchParams.get('where');

  it('are narrowed by links alone, and widened again', async () => {
    await plain.goto(`${world.address}/`);
    await plain.locator('summary', { hasText: 'Status' }).click();
    await plain.locator('.menu a', { hasText: 'timed_out' }).click();
    await plain.locator('summary', { hasText: 'Operator' }).click();
    await plain.locator('.menu a', { hasText: 'Ada' }).first().click();
    expect(whereOf(plain)).toBe("status = 'timed_out' AND operator = 'Ada'");
    expect(new Set((await statuses(plain)).map((text) => text.replace(/^\W+/, '')))).toEqual(
      new Set(['timed_out']),
    );
    await plain.locator('.conditions a', { hasText: 'status' }).click();
    expect(whereOf(plain)).toBe("operator = 'Ada'");
  });

  it('show the chosen and typed columns', async () => {
    await plain.goto(`${world.address}/`);
    await plain.locator('summary', { hasText: 'Columns' }).click();
    await plain.getByLabel('purpose', { exact: true }).uncheck();
    await plain.getByLabel('attempt', { exact: true }).check();
    await plain.locator('input[name="others"]').fill('sample.mass_mg');
    await plain.locator('.menu.wide button').click();
    await plain.waitForURL(/others=/);
    const heads = await plain.locator('thead th').allTextContents();
    expect(heads).toEqual(expect.arrayContaining(['attempt', 'sample.mass_mg']));
    expect(heads).not.toContain('Purpose');
  });

  it('mark the place of an error, keep the text, and explain it in plain words', async () => {
    await plain.goto(`${world.address}/?where=${encodeURIComponent('operator == 1')}`);
    expect(await plain.locator('.filter-text mark').textContent()).toBe('=');
    expect(await plain.locator('#where').inputValue()).toBe('operator == 1');
    await plain.locator('#where').fill('Ada');
    await plain.locator('#where').press('Enter');
    await plain.getByRole('link', { name: "operator = 'Ada'", exact: true }).click();
    await plain.waitForURL(({ searchParams }) => searchParams.get('where') === "operator = 'Ada'");
    expect(await plain.locator('tbody tr').count()).toBeGreaterThan(2);
  });

  it('lead from page to page of a hundred thousand runs, and back to the first', async () => {
    await plain.goto(`${many.address}/?columns=uid`);
    const first = await plain.locator('tbody tr').first().getAttribute('data-key');
    expect(first).toBe(uidOf(RUNS - 1));
    await plain.locator('a[rel="next"]').click();
    expect(await plain.locator('tbody tr').first().getAttribute('data-key')).toBe(uidOf(RUNS - 51));
    await plain.getByRole('link', { name: 'Back to the beginning' }).click();
    expect(await plain.locator('tbody tr').first().getAttribute('data-key')).toBe(first);
  });

  it('link to two runs side by side', async () => {
    await plain.goto(`${world.address}/?compare=true`);
    await plain.locator('input[name="a"]').nth(2).check();
    await plain.locator('form.compare button').click();
    const { pathname, searchParams } = new URL(plain.url());
    expect([pathname, [...searchParams.keys()].sort()]).toEqual(['/diff', ['a', 'b']]);
  });

  it('complete a filter by keys', async () => {
    await scripted.goto(`${world.address}/`);
    const box = scripted.locator('#where');
    const chosen = scripted.locator('[role="option"]');
    await box.pressSequentially('oper');
    await chosen.filter({ hasText: 'operator' }).first().waitFor();
    await box.press('ArrowDown');
    expect(await box.getAttribute('aria-activedescendant')).toBe(await chosen.first().getAttribute('id'));
    await box.press('Enter');
    expect(await box.inputValue()).toBe('operator ');
    await box.pressSequentially("= 'Ad");
    await chosen.filter({ hasText: "'Ada'" }).first().waitFor();
    await box.press('ArrowDown');
    await box.press('Tab');
    expect(await box.inputValue()).toBe("operator = 'Ada' ");
    await chosen.filter({ hasText: 'AND' }).first().waitFor();
    await box.press('Escape');
    expect(await chosen.count()).toBe(0);
    await box.press('Enter');
    await scripted.waitForURL(/where=/);
    expect(await scripted.locator('tbody tr').count()).toBeGreaterThan(2);
  });

  it('show new runs and new statuses automatically, and keep the focus', async () => {
    const site = await startSite({ records: [opening({ n: 1, fields: { operator: 'Ada' } })] });
    await scripted.goto(`${site.address}/`);
    await scripted.locator(`tr[data-key="${uidOf(1)}"] .lead-cell a`).focus();
    const store = await openStore(site.store, { mode: 'write' });
    await store.write([stopping(1, { time: 1_790_000_009 }), opening({ n: 2, fields: { operator: 'Bob' } })]);
    await store.close();
    await scripted.locator(`tr[data-key="${uidOf(2)}"]`).waitFor();
    await scripted.locator(`tr[data-key="${uidOf(1)}"]`, { hasText: 'completed' }).waitFor();
    expect(await scripted.locator('tbody tr').count()).toBe(2);
    const focused = scripted.locator(`tr[data-key="${uidOf(1)}"] :focus`);
    expect(await focused.getAttribute('href')).toBe(`/runs/${uidOf(1)}`);
    await scripted.goto('about:blank');
    await site.close();
  });

  it('tell a reader further down about new runs, and link to them', async () => {
    const records = Array.from({ length: 60 }, (_, n) => opening({ n: n + 1 }));
    const site = await startSite({ records });
    await scripted.goto(`${site.address}/`);
    await scripted.locator(`tr[data-key="${uidOf(20)}"]`).scrollIntoViewIfNeeded();
    const store = await openStore(site.store, { mode: 'write' });
    await store.write([opening({ n: 61 })]);
    await store.close();
    await scripted.getByRole('button', { name: '1 new row' }).click();
    await scripted.locator(`tbody tr:first-child[data-key="${uidOf(61)}"]`).waitFor();
    expect(await scripted.locator('tbody tr').count()).toBe(50);
    await scripted.goto('about:blank');
    await site.close();
  });

  it.each(WIDTHS)('fit %i pixels with texts that try to break a page', async (width) => {
    await scripted.setViewportSize({ width, height: 800 });
    for (const path of LISTS) {
      await scripted.goto(`${world.address}${path}`);
      const beyond = await scripted.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect({ path, beyond: Math.max(0, beyond) }).toEqual({ path, beyond: 0 });
    }
  });
});
