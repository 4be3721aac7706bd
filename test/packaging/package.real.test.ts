import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles } from '../imports';
import { addNativePart, installInto, type Packed, pack, run } from './packed';

const COMMAND = join('node_modules', '.bin', 'temporal-provenance');
/** What a process that only starts workflows must not have to load. */
const HEAVY = [
  '@temporalio/worker',
  '@temporalio/core-bridge',
  'better-sqlite3',
  'dockerode',
  'simple-git',
  'pg',
  'zod',
];

let packed: Packed;
let project: string;
let manifest: {
  version: string;
  exports: Record<string, string>;
  bin: Record<string, string>;
  typesVersions: { '*': Record<string, string[]> };
};

beforeAll(async () => {
  manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  packed = await pack();
  project = await installInto(packed, 'client-only', ['@temporalio/client@1.24.0']);
});

afterAll(() => packed?.remove());

describe('the package', () => {
  it('contains the files that its manifest names', () => {
    const types = Object.values(manifest.typesVersions['*']).flat();
    const targets = [...Object.values(manifest.exports), ...Object.values(manifest.bin), ...types];
    const missing = targets.map((path) => path.slice(2)).filter((path) => !packed.files.includes(path));
    expect(missing).toEqual([]);
  });

  it('contains its licence, its pages and the code that runs, and nothing else', () => {
    expect(packed.files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'docs/reference/filters.md',
        'docs/guide/deploy/compose.yaml',
      ]),
    );
    const needed =
      /^(dist\/(src|interceptors|activities|workflows)\/.*(\.js|\.d\.ts)|dist\/src\/web\/assets\/[a-z-]+\.(css|svg)|docs\/.*\.md|docs\/guide\/deploy\/.*|[A-Z]+\.md|LICENSE|package\.json)$/;
    expect(packed.files.filter((path) => !needed.test(path))).toEqual([]);
    expect(packed.files.filter((path) => path.endsWith('.js')).length).toBeGreaterThan(20);
  });

  it('contains every page of the documentation, which help prints', () => {
    const pages = repositoryFiles().filter((path) => /^docs\/(?!screenshots\/).*\.md$/.test(path));
    expect(pages.length).toBeGreaterThan(40);
    expect(pages.filter((path) => !packed.files.includes(path))).toEqual([]);
  });

  it('contains every page that one of its pages links to', () => {
    const pages = packed.files.filter((path) => path.endsWith('.md'));
    const broken = pages.flatMap((page) => {
      const links = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)\s#]+)/g)].map(
        ([, to = '']) => to,
      );
      const own = links.filter((to) => !/^(https?:|mailto:)/.test(to)).map((to) => join(dirname(page), to));
      return own.filter((to) => !packed.files.some((path) => path === to || path.startsWith(to)));
    });
    expect(pages.length).toBeGreaterThan(10);
    expect(broken).toEqual([]);
  });

  it('is well formed', async () => {
    const file = await readFile(packed.tarball);
    const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
    const { messages, pkg = {} } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that every kind of resolution finds', async () => {
    const attw = join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const { code, stdout } = await run(
      ROOT,
      process.execPath,
      attw,
      packed.tarball,
      '--format',
      'ascii',
      '--no-color',
    );
    expect(stdout).toContain('No problems found');
    expect(code).toBe(0);
  });
});

describe('a project that only starts workflows', () => {
  it('loads neither worker nor database by importing the package', async () => {
    await writeFile(
      join(project, 'root.cjs'),
      `const { ProvenancePlugin, withMetadata, openStash } = require('temporal-provenance');
       new ProvenancePlugin();
       const loaded = Object.keys(require.cache).map((path) => path.split('node_modules/').at(-1));
       console.log(JSON.stringify({ types: [typeof ProvenancePlugin, typeof withMetadata, typeof openStash], loaded }));`,
    );
    const { stdout, stderr } = await run(project, process.execPath, 'root.cjs');
    expect(stderr).toBe('');
    const { types, loaded } = JSON.parse(stdout) as { types: string[]; loaded: string[] };
    expect(types).toEqual(['function', 'function', 'function']);
    expect(loaded.filter((path) => HEAVY.some((name) => path.startsWith(`${name}/`)))).toEqual([]);
  });

  it('imports the package by name from ESM', async () => {
    await writeFile(
      join(project, 'root.mjs'),
      `import { ProvenancePlugin, withMetadata, openStash, jsonlSubscriber } from 'temporal-provenance';
       console.log(typeof ProvenancePlugin, typeof withMetadata, typeof openStash, typeof jsonlSubscriber);`,
    );
    expect(await run(project, process.execPath, 'root.mjs')).toMatchObject({
      code: 0,
      stdout: 'function function function function\n',
    });
  });
});

describe('the command line of an installed package', () => {
  it('prints its verbs and its version', async () => {
    const help = await run(project, COMMAND, '--help');
    expect(help.code).toBe(0);
    for (const verb of ['list', 'show', 'explain', 'stash', 'env', 'doctor'])
      expect(help.stdout).toContain(verb);
    expect(await run(project, COMMAND, '--version')).toMatchObject({ stdout: `${manifest.version}\n` });
  });

  it('says in one line that the native part is missing', async () => {
    const { code, stderr } = await run(
      project,
      COMMAND,
      'migrate',
      '--create',
      '--store',
      'sqlite:missing.db',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/better-sqlite3/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('creates a store and lists its runs', async () => {
    await addNativePart(project);
    expect(await run(project, COMMAND, 'migrate', '--create', '--store', 'sqlite:new.db')).toMatchObject({
      code: 0,
    });
    const listed = await run(project, COMMAND, 'list', '--json', '--store', 'sqlite:new.db');
    expect(listed).toMatchObject({ stdout: '', stderr: expect.not.stringContaining('unexpected') });
  });
});

describe('a project that compiles against the package', () => {
  let folder: string;

  beforeAll(async () => {
    const parts = ['client', 'worker', 'workflow', 'activity', 'common'];
    const sdk = parts.map((part) => `@temporalio/${part}@1.24.0`);
    folder = await installInto(packed, 'typed', ['typescript@5.9.3', '@types/node@20.19.43', ...sdk]);
    await writeFile(join(folder, 'worker.ts'), CONSUMER);
  });

  it.each([
    ['5.9', '--module node20'],
    ['5.9', '--module esnext --moduleResolution bundler'],
    ['5.9', '--module commonjs --moduleResolution node10'],
    ['7.0', '--module node20'],
    ['7.0', '--module esnext --moduleResolution bundler'],
  ])(
    'has no error of ours with TypeScript %s, strict, with %s',
    { timeout: 120_000 },
    async (version, kind) => {
      const tsc = join(version === '7.0' ? ROOT : folder, 'node_modules', 'typescript', 'bin', 'tsc');
      expect((await run(folder, process.execPath, tsc, '--version')).stdout).toContain(`Version ${version}.`);
      const strict = '--target es2022 --strict --noEmit --types node worker.ts'.split(' ');
      const { stdout } = await run(folder, process.execPath, tsc, ...kind.split(' '), ...strict);
      // Temporal's own declarations are not checked here.
      const faults = stdout.split('\n').filter((line) => /^\S+\(\d+,\d+\): error/.test(line));
      expect(faults.filter((line) => !line.startsWith('node_modules/@temporalio/'))).toEqual([]);
      expect(stdout).not.toMatch(/^error/m);
    },
  );
});

const CONSUMER = `
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createOperationsWorker, jsonlSubscriber, openStash, ProvenancePlugin, type StartDocument, withMetadata } from 'temporal-provenance';
import { currentRun } from 'temporal-provenance/activity';
import { setMetadata, withMetadata as inWorkflow } from 'temporal-provenance/workflow';

const plugin = new ProvenancePlugin({
  lab: ({ taskQueue }) => taskQueue,
  required: ['operator'],
  validators: [(metadata) => void metadata],
  subscribers: [jsonlSubscriber('documents'), (name, document) => void (name === 'start' && document)],
  environment: { docker: false, git: { patchBytes: 0 } },
  redact: { keys: ['licence', /^secret/] },
});

export async function main(): Promise<number> {
  const worker = await Worker.create({ taskQueue: 'q', plugins: [plugin] });
  const client = new Client({ plugins: [plugin] });
  await withMetadata({ operator: 'Ada' }, () => client.workflow.start('one', { taskQueue: 'q', workflowId: 'w' }));
  const stash = await openStash('sqlite:provenance.db', 'lab');
  await stash.set('sample', { name: 'A' });
  await worker.run();
  const scanId: number | undefined = currentRun().scanId;
  return scanId ?? 0;
}

export async function operations(client: Client, connection: NativeConnection): Promise<void> {
  const worker = await createOperationsWorker({ connection, client, store: 'sqlite:provenance.db', requestsPerSecond: 5 });
  await worker.run();
}

export function flow(start: StartDocument): Promise<string> {
  setMetadata({ phase: 'first' });
  return inWorkflow({ uid_before: start.uid }, async () => start.temporal.activity_type);
}
`;
