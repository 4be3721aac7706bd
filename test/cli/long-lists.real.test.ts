/** Lists of many runs: written as they are read, in little memory, for as long as somebody reads. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIST, openStore } from '../built';
import { opening, stopping, uidOf } from '../store/runs';
import { call } from './laboratory';

const MAIN = join(DIST, 'src', 'cli', 'main.js');
const RUNS = 24_000;
/** Far less than the documents, and than their text. */
const HEAP_MB = 40;

let folder: string;
let store: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'long-lists-'));
  store = `sqlite:${join(folder, 'many.db')}`;
  const open = await openStore(store);
  const args = ['x'.repeat(4_000)];
  for (let from = 1; from <= RUNS; from += 500) {
    const group = Array.from({ length: 500 }, (_, i) => from + i);
    await open.write(
      group.flatMap((n) => [
        opening({ n, fields: { operator: n % 2 ? 'Ada' : 'Bob' }, temporal: { args } }),
        stopping(n, { time: 1_790_000_001 + n }),
      ]),
    );
  }
  await open.close();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const LIST = ['list', '--json', '--limit', '250000'];

it('need no more memory than one page of documents', () => {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [
      '-c',
      '"$0" "$@" | wc -lc',
      process.execPath,
      `--max-old-space-size=${HEAP_MB}`,
      MAIN,
      ...LIST,
      '--store',
      store,
    ],
    { encoding: 'utf8' },
  );
  const [lines, bytes] = stdout.trim().split(/\s+/).map(Number);
  expect([status, stderr, lines]).toEqual([0, '', RUNS]);
  expect(bytes).toBeGreaterThan(2 * HEAP_MB * 1024 * 1024);
});

it('begin at once, and end if the reader ends', async () => {
  const child = spawn(process.execPath, [MAIN, ...LIST, '--store', store], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const begun = Date.now();
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  expect([code, errors]).toEqual([0, '']);
  expect(Date.now() - begun).toBeLessThan(20_000);
});

it('wait for a slow reader and lose nothing', async () => {
  const child = spawn(process.execPath, [MAIN, 'list', '--json', '--limit', '3000', '--store', store]);
  let text = '';
  for await (const chunk of child.stdout) {
    if (text === '') await new Promise((resolve) => setTimeout(resolve, 500));
    text += chunk;
  }
  expect(text.split('\n').filter(Boolean)).toHaveLength(3000);
});

it('continue after a given run', async () => {
  const uids = async (...words: string[]) => {
    const { code, json } = await call(['list', '--json', '--store', store, ...words], { cwd: folder });
    expect(code).toBe(0);
    return json().map(({ start }) => (start as { uid: string }).uid);
  };
  const whole = await uids('--limit', '30', '--where', "operator = 'Ada'");
  const pages: string[] = [];
  while (pages.length < 30) {
    const after = pages.length > 0 ? ['--after', pages.at(-1)!] : [];
    pages.push(...(await uids('--limit', '10', '--where', "operator = 'Ada'", ...after)));
  }
  expect(pages).toEqual(whole);
  expect(await uids('--limit', '2', '--where', 'ORDER BY time', '--after', uidOf(RUNS - 1))).toEqual([
    uidOf(RUNS),
  ]);
});

it('report that the run to continue after does not exist', async () => {
  const words = ['list', '--store', store, '--after', uidOf(RUNS + 1)];
  expect(await call(words, { cwd: folder })).toMatchObject({
    code: 1,
    err: `The list cannot continue: run '${uidOf(RUNS + 1)}' does not exist; it may have been removed. Start the list again.\n`,
  });
  const both = await call(['list', '--refused', '--after', uidOf(1), '--store', store], { cwd: folder });
  expect([both.code, both.err]).toEqual([2, expect.stringMatching(/--refused does not work with --after/)]);
});
