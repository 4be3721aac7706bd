/**
 * A transaction that reads first and writes later fails under contention, however long it waits; so writes go through `Transactions`
 * (`BEGIN IMMEDIATE`) and migrations alone. Held by looking at the source.
 */
import { describe, expect, it } from 'vitest';
import { productFiles } from '../imports';

/** Where a transaction may begin, and how. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  'src/store/sqlite/writing/transaction.ts': /'BEGIN IMMEDIATE'/,
  'src/store/sqlite/identity/migrate.ts': /'BEGIN IMMEDIATE'/,
  'src/upkeep/sqlite-database.ts': /'BEGIN IMMEDIATE'/,
  'src/upkeep/transfer/source.ts': /'BEGIN IMMEDIATE'/,
  // A file that nobody else has.
  'src/upkeep/backup/postgres.ts': /target\.exec\('BEGIN'\)/,
  // A connection that only reads.
  'src/store/sqlite/open-reads.ts': /'BEGIN DEFERRED'/,
  // PostgreSQL, where each write transaction takes the row of storage first.
  'src/store/postgres/connection/connection.ts': /return `BEGIN\$\{snapshot/,
  // Printed for a person to run.
  'src/store/postgres/identity/roles.ts': /lines = \['BEGIN;'/,
};
const BEGINS = /(?<!-)\bBEGIN\b|\.transaction\(|\.(?:deferred|immediate|exclusive)\(/;

const OWN = /\b(?:this|connections|database)\.transaction[<(]|^\s*(?:async )?transaction</;

/** Code without comments and without bodies of functions and triggers in SQL. */
function codeLines(text: string): string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|--|\*)/.test(line))
    .filter((line) => !/^\s*BEGIN(?: SELECT RAISE|$)/.test(line));
}

describe('write transactions', () => {
  const files = productFiles().filter(({ path }) => path.startsWith('src/'));

  it('begin in one place', () => {
    const found = files.flatMap(({ path, text }) =>
      codeLines(text)
        .filter((line) => BEGINS.test(line) && !ALLOWED[path]?.test(line))
        // A method of our own that takes a body, on PostgreSQL's connections or of upkeep; the driver's of SQLite is not.
        .filter((line) => path.startsWith('src/store/sqlite/') || !OWN.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('are searched where they are', () => {
    for (const [path, allowed] of Object.entries(ALLOWED)) {
      const file = files.find((one) => one.path === path);
      expect(
        codeLines(file?.text ?? '').some((line) => BEGINS.test(line) && allowed.test(line)),
        path,
      ).toBe(true);
    }
    expect(BEGINS.test('db.transaction(() => 1)()')).toBe(true);
  });
});
