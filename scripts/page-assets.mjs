/**
 * Builds what pages load: one style sheet from those in `src/web/style`, in the order of their names; the
 * compiled scripts of `src/web/browser`; and uPlot, as published. All go to `dist/src/web/assets`.
 * @module
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './progress.mjs';

/** Files of packages: their source, and their names here. */
const COPIED = [
  ['node_modules/uplot/dist/uPlot.iife.min.js', 'uplot.js'],
  ['node_modules/uplot/dist/uPlot.min.css', 'uplot.css'],
];

export async function makePageAssets(root) {
  const assets = join(root, 'dist', 'src', 'web', 'assets');
  mkdirSync(assets, { recursive: true });
  const style = join(root, 'src', 'web', 'style');
  const sheets = readdirSync(style).filter((name) => name.endsWith('.css'));
  const css = sheets.sort().map((name) => readFileSync(join(style, name), 'utf8'));
  writeFileSync(join(assets, 'page.css'), css.join('\n'));
  copyFileSync(join(style, 'icon.svg'), join(assets, 'icon.svg'));
  for (const [from, name] of COPIED) copyFileSync(join(root, from), join(assets, name));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runQuietly(process.execPath, [compiler, '-p', join(root, 'src', 'web', 'browser')]);
}
