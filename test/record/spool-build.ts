/**
 * Builds the spool for tests that need it in processes of their own.
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Path of the built `spool.js`. */
export async function buildSpool(): Promise<string> {
  const root = resolve(import.meta.dirname, '../..');
  const folder = await mkdtemp(join(tmpdir(), 'spool-build-'));
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: root,
      outDir: folder,
      noCheck: true,
      declaration: false,
      sourceMap: false,
      types: [],
    },
    files: [join(root, 'src/record/spool/spool.ts')],
    include: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  // A type-free build: what is missing of the types of Node.js does not matter here.
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  return join(folder, 'src/record/spool/spool.js');
}
