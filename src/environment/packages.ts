/**
 * The npm package probe: what is installed for the code in `cwd`, by any package manager. Node.
 *
 * Order (the first that exists): Plug'n'Play, npm's hidden lock, pnpm's installed lock, yarn 1, bun, a walk.
 * The project's lock file is not what is installed (it also names other platforms' packages), so it is kept as
 * well.
 * @module
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Json, JsonObject } from '../model/json';
import type { Findings, Probe, ProbeContext } from './findings';
import { readGitFiles } from './git/files';
import type { Field } from './identity/fields';
import { isSecretLock } from './identity/withheld';
import { contentDigest, type LinkedPackage } from './packages/links';
import { type Integrity, parseBunLock, parsePnpmLock, parseYarnLock } from './packages/locks';
import { NPM_HIDDEN_LOCK, readNpmRows } from './packages/npm';
import { packagePlaces } from './packages/places';
import { keepRows, type PackageRow } from './packages/rows';
import { walkPackages } from './packages/walk';
import { type Declared, takeDeclared } from './program/declared';

const FIELDS: readonly Field[] = [
  'packages.npm.set',
  'packages.npm.manager',
  'packages.npm.count',
  'packages.npm.source',
  'packages.npm.lockfile',
  'packages.npm.installed_lock',
  'packages.npm.links',
];

/** Lock files that are kept, by manager. Larger ones are only hashed. */
const LOCK_BYTES = 8 * 1024 * 1024;

interface Manager {
  name: string;
  /** File that shows that this manager installed here. */
  sign: string;
  lockfile: string;
  /** Integrity from a lock. The walk gives names and versions. */
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

/** The probe. If nothing is installed (a bundle), the packages are those of the build file. */
export function packagesProbe(declared: Promise<Declared>): Probe {
  return {
    fields: FIELDS,
    async run(context, findings) {
      const read = process.versions.pnp ? readPnp(context.cwd) : await readInstalled(context, findings);
      if (read && read.rows.length > 0) {
        const { digest, count } = keepRows(read.rows, findings);
        findings.found('packages.npm.set', digest);
        findings.found('packages.npm.count', count);
        findings.found('packages.npm.source', read.source);
        findings.take('packages.npm.manager', read.manager, 'unknown');
        findings.take('packages.npm.links', read.links, 'none');
        if (read.rows.some(([type, , , digest]) => type === 'link' && digest === null))
          findings.remark('packages.npm.set', 'link_not_compared');
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
  links?: Json;
}

async function readInstalled(context: ProbeContext, findings: Findings): Promise<Installed | undefined> {
  const { cwd, deadline } = context;
  const found = packagePlaces(cwd, (folder) => signOf(folder) !== undefined);
  if (!found) return undefined;
  const { root, places, links } = found;
  const manager = signOf(root);
  const read = await readRows(root, places, manager, deadline);
  if (manager) await keepLocks(root, manager, findings);
  const linked = await Promise.all(links.map((link) => describeLink(link, deadline)));
  const rows = [...read.rows, ...linked.flatMap((link) => link.rows)];
  return {
    ...read,
    rows,
    manager: manager?.name,
    links: linked.length > 0 ? linked.map(({ detail }) => detail) : undefined,
  };
}

function signOf(folder: string): Manager | undefined {
  return MANAGERS.find(({ sign }) => existsSync(join(folder, sign)));
}

async function readRows(
  root: string,
  places: readonly string[],
  manager: Manager | undefined,
  deadline: number | undefined,
): Promise<Pick<Installed, 'rows' | 'source'>> {
  const text = (file: string) => readFile(join(root, file), 'utf8').catch(() => undefined);
  if (manager?.name === 'npm') return readNpmRows(root, (await text(manager.sign)) ?? '', places, deadline);
  const integrity = manager?.integrity && parseIntegrity(manager, await text(manager.integrity.file));
  const rows: PackageRow[] = [];
  for (const place of ['', ...places])
    for (const found of await walkPackages(join(root, place), deadline)) rows.push(toRow(found, integrity));
  return { rows, source: 'walk' };
}

async function keepLocks(root: string, { name, lockfile, sign }: Manager, findings: Findings): Promise<void> {
  await keepLock(join(root, lockfile), 'packages.npm.lockfile', findings);
  if (name === 'npm') await keepLock(join(root, sign), 'packages.npm.installed_lock', findings);
  else findings.absent('none', 'packages.npm.installed_lock');
}

/** A linked package: its code by content, its commit if it has one, and its own packages. */
async function describeLink(
  { name, version, folder }: LinkedPackage,
  deadline: number | undefined,
): Promise<{ rows: PackageRow[]; detail: JsonObject }> {
  const digest = (await contentDigest(folder, deadline).catch(() => undefined)) ?? null;
  const { commit, repository } = (await readGitFiles(folder).catch(() => undefined)) ?? {};
  const rows: PackageRow[] = [['link', name, version, digest]];
  const manager = signOf(folder);
  if (manager || existsSync(join(folder, 'node_modules')))
    rows.push(...(await readRows(folder, [], manager, deadline)).rows);
  return { rows, detail: { name, version, commit: commit ?? null, repository: repository ?? null } };
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

/** Keeps a lock file, unless its addresses contain credentials. */
async function keepLock(path: string, field: Field, findings: Findings): Promise<void> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) findings.absent('no_lockfile', field);
  else if (bytes.length > LOCK_BYTES) findings.absent('too_large', field);
  else if (isSecretLock(bytes, findings.masking)) findings.absent('withheld', field);
  else findings.found(field, findings.keep('application/octet-stream', bytes));
}

/** Yarn's API inside the process. `virtual:` entries are duplicates of packages. */
function readPnp(cwd: string): Installed {
  const require = createRequire(join(cwd, 'package.json'));
  const api: { getAllLocators(): { name: string | null; reference: string | null }[] } = require('pnpapi');
  const rows = api.getAllLocators().flatMap(({ name, reference }): PackageRow[] => {
    const version = reference?.replace(/^virtual:[^#]*#/, '').replace(/^npm:/, '');
    return name && version && !version.startsWith('workspace:') ? [['npm', name, version, null]] : [];
  });
  return { rows, source: 'pnp', manager: 'yarn' };
}
