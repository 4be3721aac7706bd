/**
 * The operating system, its packages and the runtime. Names and versions only: what belongs to the host
 * (kernel, cpu, host name) is a fact of the worker session. Node.
 * @module
 */
import { readdir, readFile } from 'node:fs/promises';
import type { Findings, Probe } from '../findings';
import type { Field } from '../identity/fields';
import { keepRows, type PackageRow } from '../packages/rows';

/** `os.*`: /etc/os-release (os-release(5)), the process report's header, the musl loader's name. */
export const osProbe: Probe = {
  fields: ['os.platform', 'os.arch', 'os.id', 'os.version_id', 'os.libc', 'os.libc_version'],
  async run(_context, findings) {
    findings.found('os.platform', process.platform);
    findings.found('os.arch', process.arch);
    if (process.platform !== 'linux') {
      findings.absent('not_linux', 'os.id', 'os.version_id', 'os.libc', 'os.libc_version');
      return;
    }
    const release = await readFirst('/etc/os-release', '/usr/lib/os-release');
    findings.take('os.id', releaseField(release, 'ID'), 'no_os_release');
    findings.take('os.version_id', releaseField(release, 'VERSION_ID'), 'no_os_release');
    await readLibc(findings);
  },
};

function releaseField(release: string | undefined, name: string): string | undefined {
  const value = release && new RegExp(`^${name}=(.*)$`, 'm').exec(release)?.[1];
  return value ? value.replace(/^(['"])(.*)\1$/, '$2') : undefined;
}

/**
 * The process report gives the version of glibc. The report also holds every environment variable, so only its
 * header is read, and it is not kept. (`excludeNetwork` avoids reverse look-ups of open sockets.)
 */
async function readLibc(findings: Findings): Promise<void> {
  const glibc = glibcVersion();
  if (glibc) {
    findings.found('os.libc', 'glibc');
    findings.found('os.libc_version', glibc);
    return;
  }
  const musl = (await readdir('/lib').catch(() => [])).some((name) => name.startsWith('ld-musl-'));
  findings.take('os.libc', musl ? 'musl' : undefined, 'unknown');
  const versions = musl ? await readFirst('/lib/apk/db/installed') : undefined;
  findings.take('os.libc_version', versions && /^P:musl\nV:(.*)$/m.exec(versions)?.[1], 'unknown');
}

function glibcVersion(): string | undefined {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (!report) return undefined;
  const network = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime;
  } finally {
    report.excludeNetwork = network ?? false;
  }
}

/** `runtime.*`: process.versions and the process's own flags. */
export const runtimeProbe: Probe = {
  fields: [
    'runtime.name',
    'runtime.version',
    'runtime.v8',
    'runtime.openssl',
    'runtime.modules',
    'runtime.exec_argv',
  ],
  run(_context, findings) {
    const { versions } = process;
    const bun = versions.bun;
    findings.found('runtime.name', bun ? 'bun' : process.release.name);
    findings.found('runtime.version', bun ?? versions.node);
    findings.take('runtime.v8', versions.v8, 'unknown');
    findings.take('runtime.openssl', versions.openssl, 'unknown');
    findings.take('runtime.modules', versions.modules, 'unknown');
    findings.found('runtime.exec_argv', findings.masking.value([...process.execArgv]));
  },
};

const OS_PACKAGES: readonly Field[] = ['packages.os.set', 'packages.os.type', 'packages.os.count'];

/** `packages.os.*`: the database of dpkg or apk, as rows and not as bytes (the order of its fields changes). */
export const osPackagesProbe: Probe = {
  fields: OS_PACKAGES,
  async run(_context, findings) {
    const debian = await readDpkg();
    const rows = debian.length > 0 ? debian : await readApk();
    if (rows.length === 0) {
      findings.absent('no_package_db', ...OS_PACKAGES);
      return;
    }
    const { digest, count } = keepRows(rows, findings);
    findings.found('packages.os.set', digest);
    findings.found('packages.os.type', rows[0]?.[0] ?? 'unknown');
    findings.found('packages.os.count', count);
  },
};

/** Debian: one stanza per package. Removed packages whose configuration remains are left out. */
async function readDpkg(): Promise<PackageRow[]> {
  const status = await readFirst('/var/lib/dpkg/status');
  return stanzas(status).flatMap((stanza): PackageRow[] => {
    const name = fieldOf(stanza, 'Package: ');
    const version = fieldOf(stanza, 'Version: ');
    const arch = fieldOf(stanza, 'Architecture: ');
    const installed = fieldOf(stanza, 'Status: ')?.endsWith(' installed');
    return name && version && installed ? [['deb', arch ? `${name}:${arch}` : name, version, null]] : [];
  });
}

/** Alpine: `P:` name, `V:` version, `C:` checksum. */
async function readApk(): Promise<PackageRow[]> {
  const database = await readFirst('/lib/apk/db/installed', '/usr/lib/apk/db/installed');
  return stanzas(database).flatMap((stanza): PackageRow[] => {
    const name = fieldOf(stanza, 'P:');
    const version = fieldOf(stanza, 'V:');
    return name && version ? [['apk', name, version, fieldOf(stanza, 'C:') ?? null]] : [];
  });
}

/** Paragraphs, each with a line end before every line. */
function stanzas(text: string | undefined): string[] {
  return text?.split('\n\n').map((stanza) => `\n${stanza}`) ?? [];
}

/**
 * Rest of the line that starts with `key`. No regular expression: the file is a megabyte, and this is five
 * times as fast.
 */
function fieldOf(stanza: string, key: string): string | undefined {
  const at = stanza.indexOf(`\n${key}`);
  if (at < 0) return undefined;
  const from = at + 1 + key.length;
  const end = stanza.indexOf('\n', from);
  return stanza.slice(from, end < 0 ? undefined : end);
}

async function readFirst(...paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}
