/**
 * `npm test`: runs vitest with the given arguments, then prints time per project, what was skipped and why, and
 * the counts. With `--no-skips` a skipped test counts as failed; with `--all` tests of damage and load run at
 * full length.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, runShown, say, seconds } from './progress.mjs';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const OWN = ['--no-skips', '--all'];
const reporter = fileURLToPath(new URL('test-summary.mjs', import.meta.url));

await main(async () => {
  const given = process.argv.slice(2);
  const allowSkips = !given.includes('--no-skips');
  const args = given.filter((argument) => !OWN.includes(argument));
  const folder = mkdtempSync(join(tmpdir(), 'test-summary-'));
  const file = join(folder, 'summary.json');
  try {
    const env = { ...process.env, TEST_SUMMARY: file, ...(given.includes('--all') && { FULL: '1' }) };
    const run = ['run', '--reporter=default', `--reporter=${reporter}`, ...args];
    const exitCode = await runShown(process.execPath, [vitest, ...run], { env });
    return report(readSummary(file), { exitCode, allowSkips });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skips: [], projects: {} };
  }
}

function report({ passed, failed, skips, projects }, { exitCode, allowSkips }) {
  for (const [name, { files, tests, duration_ms }] of Object.entries(projects))
    say(`${name}: ${tests} tests in ${files} files, ${seconds(duration_ms)}`);
  if (skips.length > 0) say(`\nSkipped${allowSkips ? '' : ', which counts as failed here'}:`);
  for (const { file, test, reason } of skips) say(`  ${file} > ${test}: ${reason ?? 'no reason given'}`);
  const failures = failed + (allowSkips ? 0 : skips.length);
  const counted = failures === 0 && exitCode !== 0 ? 1 : failures;
  say();
  say(
    `${passed} passed, ${counted} failed${allowSkips && skips.length > 0 ? `, ${skips.length} skipped` : ''}`,
  );
  return counted === 0 ? 0 : 1;
}
