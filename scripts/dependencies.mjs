/**
 * Installs the packages of package-lock.json once. A stamp in node_modules remembers lock, Node and platform.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly, SetupError, step } from './progress.mjs';

const OLDEST_NODE = [20, 19];

export async function prepareDependencies(root) {
  checkNode();
  const stamp = join(root, 'node_modules', '.setup-stamp');
  const wanted = stampOf(root);
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
  if (present === wanted) return;
  await step(
    'Dependencies',
    () => install(root),
    'the first time a native part compiles: two to four minutes',
  );
  writeFileSync(stamp, wanted);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

function stampOf(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} abi-${process.versions.modules} ${process.platform}-${process.arch}\n`;
}

/**
 * `npm ci` refuses a lock that lacks other platforms' packages. This command follows the lock and does not
 * change it.
 */
async function install(root) {
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const env = { ...process.env, ...headersBesideNode() };
  if (npm) await runQuietly(process.execPath, [npm, ...args], { cwd: root, env });
  else await runQuietly('npm', args, { cwd: root, env });
}

/** Node's headers, if they lie next to its binary. Otherwise compiling the native part downloads them. */
function headersBesideNode() {
  const prefix = dirname(dirname(process.execPath));
  const found = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return found && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {};
}
