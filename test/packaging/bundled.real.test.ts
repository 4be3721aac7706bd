/** A worker that is itself bundled, with the package inside: told at once what to do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../imports';

const require = createRequire(import.meta.url);

it('a bundler that includes the package gets one clear error, and an external package works', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bundled-'));
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(
      join(folder, 'worker.js'),
      `const { ProvenancePlugin } = require(${JSON.stringify(ROOT)});
       new ProvenancePlugin({ store: 'sqlite:p.db' }).configureWorker({ taskQueue: 'q', activities: {} }).then(
         () => { console.log('made'); process.exit(0); },
         (error) => { console.log(error.code, error.message); process.exit(0); },
       );`,
    );
    expect(run(folder, 'inside.js', [])).toMatch(/^PACKAGE_BUNDLED .*external/);
    expect(run(folder, 'outside.js', [ROOT])).toBe('made\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Bundles the worker, with our package outside where it is named, and runs it. */
function run(folder: string, filename: string, external: readonly string[]): string {
  const configuration = {
    mode: 'none',
    target: 'node',
    context: folder,
    entry: './worker.js',
    output: { path: join(folder, 'out'), filename },
    externals: [...external.map((name) => ({ [name]: `commonjs ${name}` })), '__REST__'],
  };
  const script = `const webpack = require(${JSON.stringify(require.resolve('webpack'))});
    const configuration = ${JSON.stringify(configuration)};
    // What is native, or loaded late, stays outside in either case.
    configuration.externals[configuration.externals.length - 1] = ({ request }, done) =>
      /^(@temporalio|better-sqlite3|pg|dockerode|simple-git|kysely|zod)/.test(request) ? done(null, 'commonjs ' + request) : done();
    webpack(configuration, (error, stats) => {
      if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); }
    });`;
  execFileSync(process.execPath, ['-e', script], { cwd: folder, stdio: 'pipe' });
  return execFileSync(process.execPath, [join(folder, 'out', filename)], { cwd: folder, encoding: 'utf8' });
}
