/**
 * What a test sees of a page in a browser: violations that axe finds, text that is too small, parts that are wider than the window, and
 * what the first paint waited for. `in-page.js` does it from inside.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../imports';

const AXE = readFileSync(join(ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const IN_PAGE = readFileSync(join(__dirname, 'in-page.js'), 'utf8');
/** Smallest text of any page, in CSS pixels. */
const LEAST_TEXT_PX = 13;

async function ask<Answer>(page: Page, call: string): Promise<Answer> {
  await page.evaluate(IN_PAGE);
  return page.evaluate(`look.${call}`) as Promise<Answer>;
}

/** What axe finds, each as one line; none is right. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return ask(page, 'violations()');
}

/** What makes the page wider than its window; nothing is right. */
export function overflowOf(page: Page): Promise<string[]> {
  return ask(page, 'overflow()');
}

/** Text that is smaller than people can read at ease; none is right. */
export function smallTextOf(page: Page): Promise<string[]> {
  return ask(page, `smallText(${LEAST_TEXT_PX})`);
}

/** Bytes over the wire that the first paint waited for, and what it waited for. */
export function firstPaintOf(page: Page): Promise<{ bytes: number; requests: string[] }> {
  return ask(page, 'firstPaint()');
}

/** What has the focus, as a line. */
export function focusOf(page: Page): Promise<string> {
  return ask(page, 'focused()');
}
