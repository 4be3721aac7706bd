/**
 * A real Chromium for tests of pages: Debian's, or the one that `CHROMIUM` names. Where there is none, tests are skipped with the
 * reason, which CI counts as failed.
 * @module
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from '../imports';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const EXECUTABLE = PLACES.find((path) => path !== undefined && existsSync(path));

/** Why there is no browser; undefined where there is one. For `describe.skipIf`. */
export const NO_BROWSER =
  EXECUTABLE === undefined ? 'Chromium is not installed (Debian: chromium).' : undefined;

/** Widths at which pages are looked at: a phone, a tablet, a desk. CSS pixels. */
export const WIDTHS = [390, 820, 1440] as const;

/** Starts a browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Keeps what a page looks like, in `.cache/screenshots/NAME.png`: for a person to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, '.cache', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
