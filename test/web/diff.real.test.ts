import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diff, DiffPartName } from '../../src/questions/diff/answer';
import { fromBuild, openStore } from '../built';
import { call } from '../cli/laboratory';
import { newFolder } from '../record/spool-kit';
import { uidOf } from '../store/runs';
import { keepScreenshot, NO_BROWSER, openBrowser } from './browser-kit';
import { startSite, type TestSite } from './site-kit';
import { putWorld, WORLD } from './world';

const { diffOf } = fromBuild<typeof import('../../src/questions/diff/diff')>('src/questions/diff/diff');
const { runs, executions, environments } = WORLD;
const GONE = uidOf(900);

let folder: string;
let site: TestSite;
beforeAll(async () => {
  folder = await newFolder();
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  await putWorld(url);
  site = await startSite({ store: url });
});
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const address = (a: string, b: string) => `/diff?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`;

async function diffed(a: string, b: string): Promise<Diff & { remarks: string[] }> {
  return site.json(`/api/v1${address(a, b)}`);
}

function rowsOf({ parts }: Diff, name: DiffPartName) {
  const part = parts.find((one) => one.name === name)!;
  return Object.fromEntries([...part.rows, ...part.equal].map((row) => [row.name, row]));
}

describe('two runs side by side', () => {
  it('differ in arguments, data, code, changes and packages, each field named', async () => {
    const answer = await diffed(runs.reduce, runs.fit);
    expect(rowsOf(answer, 'code')['git.commit']).toMatchObject({ how: 'different' });
    expect(rowsOf(answer, 'code')['runtime.version']).toMatchObject({
      how: 'different',
      a: { value: '20.19.0' },
      b: { value: '20.20.2' },
    });
    expect(rowsOf(answer, 'packages')).toMatchObject({
      ms: { how: 'different', a: { value: '2.1.2' }, b: { value: '2.1.3' } },
      'package-1': { how: 'equal' },
    });
    expect(rowsOf(answer, 'changes')['src/fit.ts']).toMatchObject({ how: 'only_b' });
    expect(rowsOf(answer, 'arguments')['args[0].frames']).toMatchObject({ how: 'only_a' });
    expect(rowsOf(answer, 'metadata').operator).toMatchObject({ how: 'equal', a: { source: 'user' } });
    expect(rowsOf(answer, 'used')).toMatchObject({
      '/data/day-7/frames.h5': { how: 'different', b: { value: '/data/day-7/curve.csv' } },
      'https://example.org/atomic-masses.csv': { how: 'only_b' },
    });
    expect(answer.remarks).toEqual([
      'These are runs of different activities: their fields are compared by name.',
    ]);
  });

  it('say of a run beside itself that nothing can differ', async () => {
    const answer = await diffed(runs.acquire, runs.acquire);
    expect(answer.counts).toMatchObject({ different: 0, only_a: 0, only_b: 0 });
    expect(answer.remarks).toEqual(['A and B are the same run, so there is no difference.']);
    expect(await site.text(address(runs.acquire, runs.acquire))).toContain('No difference');
  });

  it('do not say that something is not there where it is not known', async () => {
    const answer = await diffed(runs.acquire, runs.open);
    expect(rowsOf(answer, 'result').result).toMatchObject({
      how: 'unknown',
      b: { missing: 'not known: it is open' },
    });
    const bare = await diffed(runs.acquire, runs.bare);
    expect(rowsOf(bare, 'code').environment).toMatchObject({ how: 'unknown' });
    expect(bare.parts.find(({ name }) => name === 'used')!.remarks).toEqual([
      'The inputs of B are only partly known.',
    ]);
  });

  it('are shown whatever was recorded, as text', async () => {
    for (const other of [runs.hostile, runs.large, runs.encrypted, runs.retried]) {
      const response = await site.get(address(runs.acquire, other));
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(page).not.toMatch(/<script>|<img src=x|onerror=alert\(2\)>/);
      expect(page.length).toBeLessThan(1_000_000);
    }
  });

  it('are swapped by swapping the sides', async () => {
    const [there, back] = [await diffed(runs.acquire, runs.fit), await diffed(runs.fit, runs.acquire)];
    expect(back.counts).toEqual({
      ...there.counts,
      only_a: there.counts.only_b,
      only_b: there.counts.only_a,
    });
  });
});

describe('two executions and two environments', () => {
  it('have their activities side by side, in the order in which they were scheduled', async () => {
    const answer = await diffed(executions.completed.workflow_id, executions.failed.workflow_id);
    const rows = rowsOf(answer, 'activities');
    expect(rows['reduce 1']).toMatchObject({ a: { run: runs.reduce } });
    expect(rowsOf(answer, 'state').status).toMatchObject({ how: 'different', b: { value: 'failed' } });
  });

  it('are compared by what the ids of environments are computed over', async () => {
    const answer = await diffed(environments.clean, environments.changed);
    expect(answer.a.of).toBe('environment');
    expect(rowsOf(answer, 'code')['git.branch']).toMatchObject({ how: 'different' });
    expect(rowsOf(answer, 'packages').ms).toMatchObject({ how: 'different' });
  });
});

describe('what can not be compared', () => {
  it('is said in one line, with what was typed kept', async () => {
    for (const [a, b, status, words] of [
      [runs.fit, GONE, 404, 'No run'],
      [runs.fit, executions.completed.workflow_id, 400, 'name two of the same kind'],
      ['no such thing <b>', runs.fit, 404, 'names neither a run nor an execution'],
      [runs.fit, `sha256:${'9'.repeat(64)}`, 404, 'No environment'],
    ] as const) {
      const response = await site.get(address(a, b));
      const page = await response.text();
      expect({ a, b, status: response.status }).toEqual({ a, b, status });
      expect(page).toContain(words);
      expect(page).toContain(`value="${a.replace('<', '&lt;').replace('>', '&gt;')}"`);
      expect((await site.get(`/api/v1${address(a, b)}`)).status).toBe(status);
    }
  });

  it('is a run that was purged', async () => {
    const url = `sqlite:${join(folder, 'purged.db')}`;
    await putWorld(url);
    const purged = ['purge', '--store', url, '--run', runs.reduce, '--yes'];
    expect((await call(purged, { cwd: folder })).code).toBe(0);
    const store = await openStore(url, { mode: 'read' });
    const ask = diffOf({ store, lab: 'default' }, { a: runs.reduce, b: runs.fit });
    await expect(ask).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.close();
  });

  it('is chosen with a form', async () => {
    const empty = await site.text('/diff');
    expect(empty).toContain('name="a"');
    const one = await site.text(`/diff?a=${runs.acquire}`);
    expect(one).toContain('The last runs of the same activity');
    expect(one).toContain(`/diff?a=${runs.acquire}&amp;b=${runs.open}`);
    const hostile = await site.get(`/diff?a=${runs.hostile}`);
    expect(hostile.status).toBe(200);
  });
});

describe.skipIf(NO_BROWSER)('two runs side by side in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('are chosen and compared without scripts, and what is equal unfolds', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.address}/diff`);
    await page.getByLabel('A', { exact: true }).fill(runs.reduce);
    await page.getByLabel('B', { exact: true }).fill(runs.fit);
    await page.getByRole('button', { name: 'Compare' }).click();
    const row = page.getByRole('row', { name: /runtime\.version/ });
    await row.waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual(['20.19.0', '20.20.2']);
    const equal = page.locator('#packages details.fold');
    expect(await equal.getByText('package-7').isVisible()).toBe(false);
    await equal.locator('summary').first().click();
    expect(await equal.getByText('package-7').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Swap' }).click();
    expect(await page.getByLabel('A', { exact: true }).inputValue()).toBe(runs.fit);
    await context.close();
  });

  it('fit a phone', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${site.address}${address(runs.acquire, runs.hostile)}`);
    await keepScreenshot(page, 'diff-phone');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });
});
