import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Real test files that run at a time: they wait for servers, disks and clocks more than they compute. */
const WORKERS = 3;

/** Files that cannot share the machine: they run one at a time, after all others. Each with the reason. */
const ALONE = new Map([
  ['test/environment/container.real.test.ts', 'a Docker engine'],
  ['test/environment/docker.real.test.ts', 'a Docker engine'],
  ['test/packaging/quick-start.real.test.ts', 'a Docker engine'],
  ['test/record/opening-time.real.test.ts', 'measures how long an opening takes'],
  ['test/store/contention.real.test.ts', 'measures how long writers wait'],
  ['test/store/large-lineage.real.test.ts', 'measures how long questions take in a large store'],
]);

const missing = [...ALONE.keys()].filter((path) => !existsSync(path));
if (missing.length > 0) throw new Error(`vitest.config.mts lists files that do not exist: ${missing}`);

const REAL = 'test/**/*.real.test.ts';
const real = {
  globalSetup: ['test/real/temporal-server.ts'],
  // Over at once when all is well: for what would hang, on a machine that has much else to do.
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

/**
 * Three projects, one after the other. `unit`: pure code, which needs neither a server nor a build. `real`: against the real
 * thing (Temporal server, threads, git, PostgreSQL, built package), by the name `*.real.test.ts`, a few files at a time.
 * `alone`: the real ones that are listed above.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [REAL],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          // Properties over generated values take a second on a quiet machine, and ten on a loaded one.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...real,
          name: 'real',
          include: [REAL],
          exclude: [...ALONE.keys()],
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...real,
          name: 'alone',
          include: [...ALONE.keys()],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
