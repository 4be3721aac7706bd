/**
 * A storm on a real server: hundreds of executions of every shape, workers killed with SIGKILL all the while. The activities keep
 * an account of their own, which every run must answer to. `npm run test:soak` makes it longer, on both stores.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../built';
import { startPostgres } from '../real/postgres';
import { crash, killBackend } from '../real/postgres-troubles';
import { temporalAddress } from '../real/temporal-server';
import { byLength, measured, SOAK } from '../reliability';
import { type Attempts, expectOneRunEach, expectServersWord, promised, readAccount } from './account';
import { reconcileAll, takeIn } from './aftermath';
import { Crew } from './crew';
import { Storm, type Troubles } from './weather';

const require = createRequire(import.meta.url);
const EXECUTIONS = byLength({ short: 120, full: 300, soak: 1_400 });
const KILLS = byLength({ short: 20, full: 50, soak: 200 });
/** For a machine that has much else to do; a quiet one needs two. */
const MINUTES = SOAK ? 60 : 15;

const folder = mkdtempSync(join(tmpdir(), 'storm-'));
const codePath = join(folder, 'workflows.js');
let connection: Connection;
let client: Client;

beforeAll(async () => {
  vi.stubEnv('XDG_STATE_HOME', folder); // spools beside no file lie there
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'workflows.cjs'),
    logger: new DefaultLogger('ERROR'),
    plugins: [new ProvenancePlugin()],
  });
  writeFileSync(codePath, code);
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function survives(url: string, name: string, troubles?: Troubles): Promise<void> {
  const taskQueue = `storm-${name}-${process.pid}`;
  const sideFile = join(folder, `${name}.jsonl`);
  const crew = new Crew({ address: temporalAddress(), taskQueue, store: url, sideFile, codePath });
  const storm = new Storm({ client, crew, taskQueue, executions: EXECUTIONS, kills: KILLS, troubles });
  try {
    await storm.rage();
  } finally {
    crew.end();
  }
  for (const count of Object.values(storm.disturbed)) expect(count).toBeGreaterThan(0);

  const store = await openStore(url);
  try {
    await takeIn(store, url);
    await reconcileAll(store, client);
    const runs = await store.runs({ limit: 1_000_000 });
    const all = existsSync(sideFile) ? readAccount(sideFile) : [];
    expect(all.length).toBeGreaterThan(EXECUTIONS);
    const began = promised(all, runs, crew.killed);
    expectOneRunEach(runs, began, crew.killed);
    expect((await store.counts()).open).toBe(0);
    expect((await store.unsettled({ limit: 10, opened_before: Date.now() })).executions).toEqual([]);
    const ids = runs.flatMap(({ start }) => start.scan_id ?? []).sort((a, b) => a - b);
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    const unkept = all.filter((line) => !began.includes(line));
    const told = { taskQueue, began, unkept, killed: crew.killed };
    const attempts = await expectServersWord(client, store, runs, told);
    figures(name, { began: all.length, unkept: unkept.length }, attempts);
  } finally {
    await store.close();
  }
}

interface Account {
  began: number;
  unkept: number;
}

function figures(name: string, { began, unkept }: Account, { counted, untold }: Attempts): void {
  const row = name === 'SQLite' ? 'A1' : 'A2';
  const figure = `${name}: storm of ${EXECUTIONS} executions, ${KILLS} workers killed`;
  measured({ row, figure: `${figure}: attempts that began`, value: began });
  const slow = 'killed with their run in memory only, store and spool being slower than code may be held';
  measured({ row, figure: `${figure}: attempts ${slow}`, value: unkept });
  const untoldFigure = `${figure}: of ${counted} attempts that the server counted, without a run: no worker saw it`;
  measured({ row, figure: untoldFigure, value: untold });
  const wrong = 'without a run, open, with another outcome than the server has';
  measured({ row, figure: `${figure}: ${wrong}`, value: 0, limit: '0', holds: true });
}

describe("a storm leaves one run for each attempt that began, all with the server's outcome", () => {
  it('on SQLite', { timeout: MINUTES * 60_000 }, async () => {
    const path = join(folder, 'provenance.db');
    await survives(`sqlite:${path}`, 'SQLite');
    const db = new (require('better-sqlite3') as typeof import('better-sqlite3'))(path, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  });

  if (SOAK)
    it('on PostgreSQL', { timeout: MINUTES * 60_000 }, async () => {
      const server = await startPostgres();
      try {
        const url = await server.createDatabase();
        await survives(url, 'PostgreSQL', [() => crash(server), (turn) => killBackend(url, turn)]);
      } finally {
        await server.close();
      }
    });
});
