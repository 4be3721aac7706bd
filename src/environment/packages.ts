/**
 * The npm package probe: what is installed for the code in `cwd`, whichever manager put it there. Node.
 *
 * Order (the first that is there): Plug'n'Play, npm's hidden lock, pnpm's installed lock, yarn 1, bun, a walk. The
 * project's lock file is not what is installed (it names other platforms' packages too), so it is kept beside it.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Declared, takeDeclared } from './declared';
import type { Field } from './fields';
import type { Findings, Probe } from './findings';
import { type Integrity, parseBunLock, parsePnpmLock, parseYarnLock } from './packages/locks';
import { NPM_HIDDEN_LOCK, readNpmRows } from './packages/npm';
import { keepRows, type PackageRow } from './packages/rows';
import { walkPackages } from './packages/walk';
import { isSecretLock } from './withheld';

const FIELDS: readonly Field[] = [
  'packages.npm.set',
  'packages.npm.manager',
  'packages.npm.count',
  'packages.npm.source',
  'packages.npm.lockfile',
  'packages.npm.installed_lock',
];

/** Lock files that are kept, by manager; larger ones are only hashed. */
const LOCK_BYTES = 8 * 1024 * 1024;

interface Manager {
  name: string;
  /** File that shows that this manager installed here. */
  sign: string;
  lockfile: string;
  /** Integrity from a lock; walk gives names and versions. */
  integrity?: { file: string; parse: (text: string) => Integrity };
}

const MANAGERS: readonly Manager[] = [
  { name: 'npm', sign: NPM_HIDDEN_LOCK, lockfile: 'package-lock.json' },
  {
    name: 'pnpm',
    sign: 'node_modules/.pnpm/lock.yaml',
    lockfile: 'pnpm-lock.yaml',
    integrity: { file: 'node_modules/.pnpm/lock.yaml', parse: parsePnpmLock },
  },
  {
    name: 'yarn',
    sign: 'node_modules/.yarn-integrity',
    lockfile: 'yarn.lock',
    integrity: { file: 'yarn.lock', parse: parseYarnLock },
  },
  { name: 'yarn', sign: 'node_modules/.yarn-state.yml', lockfile: 'yarn.lock' },
  {
    name: 'bun',
    sign: 'bun.lock',
    lockfile: 'bun.lock',
    integrity: { file: 'bun.lock', parse: parseBunLock },
  },
];

/** The probe; a build file answers where nothing is installed (bundles). */
export function packagesProbe(declared: Promise<Declared>): Probe {
  return {
    fields: FIELDS,
    async run({ cwd }, findings) {
      const read = process.versions.pnp ? readPnp() : await readInstalled(cwd, findings);
      if (read && read.rows.length > 0) {
        const { digest, count } = keepRows(read.rows, findings);
        findings.found('packages.npm.set', digest);
        findings.found('packages.npm.count', count);
        findings.found('packages.npm.source', read.source);
        findings.take('packages.npm.manager', read.manager, 'unknown');
      } else if (takeDeclared(await declared, findings, FIELDS, 'no_node_modules')) {
        findings.found('packages.npm.source', 'build_file');
      }
    },
  };
}

interface Installed {
  rows: PackageRow[];
  source: string;
  manager?: string;
}

async function readInstalled(cwd: string, findings: Findings): Promise<Installed | undefined> {
  for (let root = resolve(cwd); ; root = dirname(root)) {
    for (const manager of MANAGERS) {
      const sign = await readFile(join(root, manager.sign), 'utf8').catch(() => undefined);
      if (sign !== undefined) return readManaged(root, manager, sign, findings);
    }
    const walked = await walkPackages(root);
    if (walked.length > 0) return { rows: walked.map((found) => toRow(found)), source: 'walk' };
    if (dirname(root) === root) return undefined;
  }
}

async function readManaged(
  root: string,
  manager: Manager,
  sign: string,
  findings: Findings,
): Promise<Installed> {
  await keepLock(join(root, manager.lockfile), 'packages.npm.lockfile', findings);
  if (manager.name === 'npm') {
    await keepLock(join(root, manager.sign), 'packages.npm.installed_lock', findings);
    return { ...(await readNpmRows(root, sign)), manager: manager.name };
  }
  findings.absent('none', 'packages.npm.installed_lock');
  const text = manager.integrity && (await readFile(join(root, manager.integrity.file), 'utf8'));
  const integrity = parseIntegrity(manager, text);
  const rows = (await walkPackages(root)).map((found) => toRow(found, integrity));
  return { rows, source: 'walk', manager: manager.name };
}

function parseIntegrity(manager: Manager, text: string | undefined): Integrity {
  try {
    return text ? (manager.integrity?.parse(text) ?? new Map()) : new Map();
  } catch {
    return new Map();
  }
}

function toRow({ name, version }: { name: string; version: string }, integrity?: Integrity): PackageRow {
  return ['npm', name, version, integrity?.get(`${name}@${version}`) ?? null];
}

/** Keeps a lock file, unless credentials are seen in its addresses. */
async function keepLock(path: string, field: Field, findings: Findings): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) findings.absent('no_lockfile', field);
  else if (bytes.length > LOCK_BYTES) findings.absent('too_large', field);
  else if (isSecretLock(bytes, findings.masking)) findings.absent('withheld', field);
  else findings.found(field, findings.keep('application/octet-stream', bytes));
}

/** Yarn's API inside the process; `virtual:` entries are the same package once more. */
function readPnp(): Installed {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const api: { getAllLocators(): { name: string | null; reference: string | null }[] } = require('pnpapi');
  const rows = api.getAllLocators().flatMap(({ name, reference }): PackageRow[] => {
    const version = reference?.replace(/^virtual:[^#]*#/, '').replace(/^npm:/, '');
    return name && version && !version.startsWith('workspace:') ? [['npm', name, version, null]] : [];
  });
  return { rows, source: 'pnp', manager: 'yarn' };
}
