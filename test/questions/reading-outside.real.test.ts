/** The examples of docs/guide/sql.md in SQL and Python, each run as it stands on a lab's store. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../imports';
import { examples, lab } from './reading-page';

let folder: string;
beforeAll(async () => {
  ({ folder } = await lab());
  // `npx temporal-provenance` is what the package's own command is in a lab's folder.
  mkdirSync(join(folder, 'node_modules', '.bin'));
  const command = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist', 'src', 'cli', 'main.js')}' "$@"\n`;
  writeFileSync(join(folder, 'node_modules', '.bin', 'temporal-provenance'), command, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const first = (code: string) =>
  code
    .trim()
    .split('\n')
    .find((line) => line !== '' && !line.startsWith('import'))!;

describe('SQL', () => {
  it.each(examples('sql').map((code) => [first(code), code]))('%s', (_name, code) => {
    const store = new Database(join(folder, 'lab.db'), { readonly: true });
    expect(store.prepare(code).all().length).toBeGreaterThan(0);
    store.close();
  });

  it('counts runs and failures by operator', () => {
    const store = new Database(join(folder, 'lab.db'), { readonly: true });
    const [, byOperator = ''] = examples('sql');
    expect(store.prepare(byOperator).all()[0]).toEqual({ operator: 'Ada', runs: 3, failed: 1 });
    store.close();
  });
});

describe('Python', () => {
  const python = (code: string) =>
    spawnSync('python3', ['-c', code], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  const lacks = (module: string) => python(`import ${module}`).status !== 0;

  it.for(examples('python').map((code) => [first(code), code] as const))('%s', ([, code], context) => {
    for (const module of ['pandas', 'duckdb'])
      context.skip(code.includes(`import ${module}`) && lacks(module), `python3 has no ${module}`);
    const { status, stdout, stderr } = python(code);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/Ada|completed|acquire|Au foil|seasonal/);
  });

  it('leaves only the files that an example writes', () => {
    const found = readdirSync(folder).filter((name) => name !== 'runs.jsonl');
    expect(found.sort()).toEqual(['copies', 'lab.db', 'node_modules', 'temporal-provenance.json']);
  });
});
