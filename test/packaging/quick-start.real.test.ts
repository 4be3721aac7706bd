/** The quick start, word for word as its page has it, in projects that have nothing but the packed package. */
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreBridge, type Engine, engineMissing, importNodeImage, startEngine } from '../real/docker';
import { temporalAddress } from '../real/temporal-server';
import { type Packed, pack } from './packed';
import { QuickStartPage } from './quick-start-page';
import { installPnpm, Reader } from './quick-start-reader';

const page = new QuickStartPage();
const INSTALL_MS = 300_000;

let packed: Packed;

beforeAll(async () => {
  packed = await pack();
  // A user that is not root reads the project.
  chmodSync(packed.folder, 0o755);
});

afterAll(() => packed?.remove());

/** The manager matters to installing, the kind to what compiles and runs: two of the pairs go no further than a first run. */
describe.each([
  ['esm', 'npm', 'whole'],
  ['cjs', 'pnpm', 'whole'],
  ['esm', 'pnpm', 'beginning'],
  ['cjs', 'npm', 'beginning'],
] as const)('the quick start in an %s project with %s: %s', (kind, manager, part) => {
  let reader: Reader;

  beforeAll(async () => {
    if (manager === 'pnpm') await installPnpm(packed);
    reader = new Reader(packed, kind, manager, part === 'whole');
  }, INSTALL_MS);

  afterAll(async () => {
    await reader?.endWorker();
  });

  it('installs', { timeout: INSTALL_MS }, async () => {
    for (const line of page.commands(1)) await reader.type(line);
    expect(existsSync(join(reader.folder, 'node_modules/temporal-provenance'))).toBe(true);
  });

  it('records a first run, and shows it', async () => {
    reader.write(3);
    const [compile, startWorker, start, list, show] = page.commands(4);
    expect(startWorker).toBe('node lib/worker.js');
    await reader.type(compile!);
    await reader.startWorker();
    expect((await reader.type(start!)).stdout).toBe('The highest count is 15.\n');
    expect((await reader.type(list!)).stdout).toMatch(/measure\s/);
    const shown = (await reader.type(show!)).stdout;
    expect(shown).toMatch(/operator\s.*Ada/);
    expect(shown).toMatch(/project\s.*flying cars/);
    expect(existsSync(join(reader.folder, 'provenance.db'))).toBe(true);
    expect(await reader.endWorker()).toBe(0);
  });

  if (part === 'beginning') return;

  it('takes metadata from stash, memo and workflow code', async () => {
    reader.write(5);
    await reader.type(page.commands(4)[0]!);
    await reader.startWorker();
    for (const line of page.commands(5)) await reader.type(line);
    const calibrations = `npx temporal-provenance list --json --where "purpose = 'calibration'"`;
    const found = await eventually(async () => {
      const { stdout } = await reader.type(`${calibrations} || true`);
      return stdout === '' ? undefined : JSON.parse(stdout.trim());
    });
    expect(found.start).toMatchObject({ operator: 'Ada', sample: { name: 'Ni-7' }, purpose: 'calibration' });
    expect(await reader.endWorker()).toBe(0);
  });

  it("refuses a run without the lab's required fields", async () => {
    const path = 'src/worker.ts';
    const worker = page.files(kind, 5).get(path) ?? '';
    const insisting = worker.replace(/plugins: \[.*\],.*/, page.snippet(6).trim());
    expect(insisting).not.toBe(worker);
    writeFileSync(join(reader.folder, path), insisting);
    const start = page.files(kind, 5).get('src/start.ts') ?? '';
    writeFileSync(join(reader.folder, 'src/start.ts'), start.replace(`operator: 'Ada', `, ''));
    await reader.type('npx tsc');
    await reader.startWorker();
    await expect(reader.type('node lib/start.js')).rejects.toThrow(/MetadataValidationError|operator/);
    expect(await reader.endWorker()).toBe(0);
  });
});

/** What `look` finds, as soon as it finds something. */
async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (const end_ms = Date.now() + 60_000; Date.now() < end_ms; await sleep(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('It did not come about within a minute.');
}

const missing = engineMissing();
if (missing) console.warn(`Skipped, because ${missing}: the quick start in a container`);

describe.skipIf(missing)('the quick start in a container', () => {
  let engine: Engine;
  let data: string;

  beforeAll(async () => {
    engine = await startEngine();
    data = mkdtempSync(join(tmpdir(), 'provenance-data-'));
    chownSync(data, 1000, 1000);
  });

  afterAll(async () => {
    await engine?.stop();
    if (data) rmSync(data, { recursive: true, force: true });
  });

  it('records as a non-root user, with a read-only root', async () => {
    // The project that is installed already, with the files of the first run.
    const reader = new Reader(packed, 'esm', 'npm', true);
    reader.write(3);
    await reader.type('npx tsc');
    await importNodeImage(engine.docker, 'quick-start:1', [], [coreBridge(reader.folder)]);
    const container = await engine.docker.createContainer({
      Image: 'quick-start:1',
      Cmd: ['/node', 'lib/worker.js'],
      WorkingDir: '/app',
      User: '1000:1000',
      Env: [
        `TEMPORAL_ADDRESS=${temporalAddress().replace('localhost', '127.0.0.1')}`,
        'PROVENANCE_STORE=sqlite:/data/provenance.db',
      ],
      HostConfig: {
        NetworkMode: 'host',
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': '' },
        Binds: [`${reader.folder}:/app:ro`, `${data}:/data`],
      },
    });
    try {
      await container.start();
      const started = await eventually(async () => {
        const log = String(await container.logs({ stdout: true, stderr: true }));
        return /RUNNING/.test(log) || !(await container.inspect()).State.Running ? log : undefined;
      });
      expect(started).toMatch(/RUNNING/);
      await reader.type('node lib/start.js');
      await container.stop({ t: 20 });
      expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    } finally {
      await container.remove({ force: true });
    }
    const store = `--store sqlite:${join(data, 'provenance.db')}`;
    const { stdout } = await reader.type(`npx temporal-provenance list --json ${store}`);
    const [newest] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(newest).toMatchObject({ start: { operator: 'Ada' }, stop: { exit_status: 'success' } });
  });
});
