/**
 * All set-up that the other commands need, run by npm before each of them: dependencies, build, Temporal dev server.
 * What is there already is left alone, so that the second time is quick. Needs nothing but Node. With `--dependencies` that is
 * all: unit tests need no more.
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
