/**
 * `npm run bench [-- --quick] [name …]`: runs the benchmarks in bench/ in turn, each in its own process, and
 * passes the other arguments on to them. Each prints its figures and fails if it cannot measure. `--keep` keeps
 * the figures in bench/results, and writes the table of docs/reference/performance.md from them.
 * @module
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDocument } from '../bench/_document.mjs';
import { main, runShown, say, seconds } from './progress.mjs';

const folder = fileURLToPath(new URL('../bench', import.meta.url));

await main(async () => {
  const given = process.argv.slice(2);
  const isFlag = (argument, at) => argument.startsWith('-') || given[at - 1] === '--rounds';
  const flags = given.filter(isFlag);
  const names = given.filter((argument, at) => !isFlag(argument, at));
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs') && !file.startsWith('_'))
    .sort();
  const chosen = all.filter((file) => names.length === 0 || names.includes(basename(file, '.mjs')));
  if (chosen.length === 0) {
    say(`No such benchmark. There are: ${all.map((file) => basename(file, '.mjs')).join(', ') || 'none'}.`);
    return 1;
  }
  let failed = 0;
  for (const [index, file] of chosen.entries()) {
    const begin = Date.now();
    say(`\n── ${basename(file, '.mjs')}, ${index + 1} of ${chosen.length}`);
    const code = await runShown(process.execPath, ['--expose-gc', join(folder, file), ...flags]);
    say(
      `── ${basename(file, '.mjs')}: ${code === 0 ? 'done' : `failed with exit code ${code}`}, ${seconds(Date.now() - begin)}`,
    );
    if (code !== 0) failed += 1;
  }
  if (flags.includes('--keep')) {
    writeDocument();
    say('\nKept in bench/results and docs/reference/performance.md.');
  }
  return failed === 0 ? 0 : 1;
});
