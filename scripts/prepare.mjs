/**
 * Does all set-up that the other commands need; npm runs it before each of them. It prepares dependencies,
 * build and Temporal dev server. What exists already is kept, so the second time is quick. Needs only Node.
 * With `--dependencies` it installs the dependencies alone: unit tests need no more.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { prepareDependencies } from './dependencies.mjs';
import { main } from './progress.mjs';
import { prepareTemporal } from './temporal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await main(async () => {
  await prepareDependencies(root);
  if (process.argv.includes('--dependencies')) return;
  await build(root);
  await prepareTemporal();
});
