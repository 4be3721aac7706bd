/** Clients that write and read the same runs at once, killed now and then: what they saw is what a sound store shows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIST, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { checkHistory, type FinalState, type HistoryEvent } from './history-checker';

const CLIENTS = 8;
const OPERATIONS = SOAK ? 5_000 : 150;
const SHARED = SOAK ? 400 : 30;
const missing = postgresMissing();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

const uidOf = (key: string) => {
  const hex = createHash('sha256').update(key).digest('hex');
  return `019a0000-${hex.slice(0, 4)}-7000-8000-${hex.slice(4, 16)}`;
};

/** Runs the clients; two of them are killed on their way. @returns what all of them said */
async function play(url: string): Promise<HistoryEvent[]> {
  const script = join(__dirname, 'processes', 'client.cjs');
  const clients = Array.from({ length: CLIENTS }, (_, i) => {
    const args = [script, DIST, url, i, OPERATIONS, SHARED].map(String);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const client = { child, text: '', ended: once(child, 'close') };
    child.stdout!.on('data', (chunk) => {
      client.text += chunk;
    });
    return client;
  });
  const lines = ({ text }: { text: string }) => text.split('\n').length;
  for (const [i, victim] of clients.slice(0, 2).entries()) {
    while (lines(victim) < OPERATIONS * (0.5 + i) && victim.child.exitCode === null) await pause(5);
    victim.child.kill('SIGKILL');
  }
  await Promise.all(clients.map(({ ended }) => ended));
  // The last line of one that was killed may be torn.
  return clients.flatMap(({ text }) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line): HistoryEvent => JSON.parse(line)),
  );
}

async function check(url: string, store: string): Promise<void> {
  await (await openStore(url)).close();
  const events = await play(url);
  const reader = await openStore(url, { mode: 'read' });
  const byUid = new Map((await reader.runs({ limit: 1_000_000 })).map((run) => [run.start.uid, run]));
  await reader.close();
  const final = new Map<string, FinalState>();
  for (const key of new Set(events.map((event) => event.key))) {
    const run = byUid.get(uidOf(key));
    if (!run) continue;
    const settled = (run.settled?.evidence as { mark?: string } | undefined)?.mark ?? null;
    final.set(key, { scan_id: run.start.scan_id ?? null, stop: run.stop?.reason ?? null, settled });
  }
  const answered = events.filter(({ phase }) => phase === 'ok').length;
  expect(answered).toBeGreaterThan(CLIENTS * OPERATIONS * 0.5);
  expect(events.filter(({ phase }) => phase === 'fail')).toEqual([]);
  const faults = checkHistory(events, final);
  measured({
    row: 'D6',
    figure: `${store}: ${answered} operations of ${CLIENTS} clients, impossible`,
    value: faults.length,
    limit: '0',
    holds: faults.length === 0,
  });
  expect(faults).toEqual([]);
}

describe('histories of eight clients', () => {
  it('on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'provenance-histories-'));
    await check(`sqlite:${join(folder, 'provenance.db')}`, 'SQLite');
    rmSync(folder, { recursive: true });
  });

  describe.skipIf(missing)(`on a server${missing ? `: ${missing}` : ''}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server?.close());

    it('on PostgreSQL', async () => check(`${await server.createDatabase()}?pool=2`, 'PostgreSQL'));
  });
});
