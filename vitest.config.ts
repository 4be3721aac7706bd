import { defineConfig } from 'vitest/config';

/**
 * Two projects. `unit`: pure code, in parallel. `real`: whatever runs against the real thing (Temporal server,
 * threads, git, Docker, PostgreSQL, built package), one file at a time, by the name `*.real.test.ts`.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts', 'node_modules/**'],
          // Properties over generated values take a second on a quiet machine, and ten on a loaded one.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/real/temporal-server.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
