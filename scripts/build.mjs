/**
 * Compiles to dist with tsc, and deletes files from dist that have no source any more. Run with `npm run
 * build`.
 * @module
 */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, runQuietly, step } from './progress.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function build(root = ROOT) {
  await step('Build', async () => {
    await runQuietly(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root]);
    // Loaded once the dependencies are installed: set-up begins without them.
    const { shortenSandboxModules } = await import('./sandbox-modules.mjs');
    await shortenSandboxModules(root);
    sweep(root);
    // Made after the sweep, which would delete these files: they have no source of the same name.
    const { makePageAssets } = await import('./page-assets.mjs');
    await makePageAssets(root);
    makeExecutable(join(root, 'dist', 'src', 'cli', 'main.js'));
  });
}

/** npx makes the command executable only once, and a later build writes the file again. */
function makeExecutable(command) {
  if (existsSync(command)) chmodSync(command, 0o755);
}

function sweep(root) {
  const dist = join(root, 'dist');
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const output = join(entry.parentPath, entry.name);
    const source = join(root, relative(dist, output)).replace(/(\.d\.ts|\.js)$/, '');
    if (entry.isFile() && ![`${source}.ts`, `${source}.tsx`, source].some(existsSync)) rmSync(output);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => build());
