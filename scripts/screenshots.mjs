/**
 * `npm run screenshots`: takes pictures of every page into `docs/screenshots`, from the example's store (`npm
 * start` creates it; PROVENANCE_STORE names another). The store is served on a free port, read-only, and shown
 * in a real Chromium: Debian's, or the one that CHROMIUM names.
 * @module
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { end, startProcess } from './processes.mjs';
import { main, SetupError, say } from './progress.mjs';
import { smallPng } from './small-png.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs', 'screenshots');
const store = process.env.PROVENANCE_STORE ?? `sqlite:${join(root, 'provenance.db')}`;
const SIZE = { width: 1280, height: 800 };
/** Largest size of one picture in bytes. A page of documentation loads it. */
const MOST_BYTES = 80_000;
/** Pages that are also shown in dark mode. */
const DARK = new Set(['runs', 'lineage']);

await main(async () => {
  const served = startProcess(process.execPath, [
    join(root, 'dist/src/cli/main.js'),
    ...['serve', '--port', '0', '--json', '--store', checked(store)],
  ]);
  try {
    const [line] = await once(served.stdout, 'data');
    await takeAll(JSON.parse(String(line)).address);
  } finally {
    await end(served);
  }
});

/** @throws SetupError if it names a file that does not exist */
function checked(url) {
  const file = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
  if (file !== undefined && !existsSync(file))
    throw new SetupError(`${file} is not there. \`npm start\` makes it.`);
  return url;
}

async function takeAll(address) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.png'))) rmSync(join(folder, name));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    for (const [name, path] of Object.entries(await addresses(address))) {
      await take(browser, address + path, name, 'light');
      if (DARK.has(name)) await take(browser, address + path, `${name}-dark`, 'dark');
    }
  } finally {
    await browser.close();
  }
}

/** The address of each page, for the records that show most. */
async function addresses(address) {
  const ask = async (path) => (await fetch(`${address}/api/v1${path}`)).json();
  const uidOf = async (where) => {
    const { items } = await ask(`/runs?limit=2&where=${encodeURIComponent(where)}`);
    if (items.length === 0) throw new SetupError(`No run of ${store} has ${where}.`);
    return items.map(({ start }) => start);
  };
  const [report] = await uidOf("activity_type = 'report'");
  const [train, other] = await uidOf("activity_type = 'train'");
  const model = report.temporal.args[0].model;
  return {
    runs: '/',
    run: `/runs/${train.uid}`,
    executions: '/executions',
    execution: `/executions/${report.temporal.run_id}`,
    refused: '/refusals',
    counts: '/counts?by=activity_type',
    lineage: `/lineage?focus=${report.uid}`,
    data: '/artifacts',
    artifact: `/artifacts/${encodeURIComponent(model)}`,
    environments: '/environments',
    environment: `/environments/${encodeURIComponent(report.provenance.environment)}`,
    differences: `/diff?a=${other.uid}&b=${train.uid}`,
    stash: '/stash',
    rules: '/rules',
    workers: '/workers',
    health: '/health',
  };
}

async function take(browser, address, name, colorScheme) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme });
  const response = await page.goto(address, { waitUntil: 'load' });
  if (response.status() !== 200) throw new SetupError(`${address} answers ${response.status()}.`);
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const picture = await page.screenshot();
  await page.goto('about:blank');
  const pixels = await page.evaluate(pixelsOf, picture.toString('base64'));
  await page.close();
  const small = smallPng(Buffer.from(pixels, 'base64'), SIZE.width, SIZE.height);
  writeFileSync(join(folder, `${name}.png`), small);
  const size = small.length;
  say(`${name}.png  ${Math.round(size / 1000)} kB`);
  if (size > MOST_BYTES) throw new SetupError(`${name}.png has ${size} bytes, more than ${MOST_BYTES}.`);
}

/** Decodes a picture. It runs in the browser, which can read its own pictures. */
async function pixelsOf(base64) {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const drawing = canvas.getContext('2d');
  drawing.drawImage(picture, 0, 0);
  const bytes = drawing.getImageData(0, 0, picture.width, picture.height).data;
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}
