/**
 * Recorders that are killed while their store comes and goes: a run whose opening was answered, so that its code may have begun, is
 * in the store or in the spool, and is stored once. With SOAK=1 two hundred kills.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DIST, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { crash, killBackend } from '../real/postgres-troubles';
import { measured, SOAK } from '../reliability';
import { takeIn } from '../storm/aftermath';

const RECORDERS = 4;
const KILLS = SOAK ? 200 : 24;
const KILLS_PER_TROUBLE = 3;
/** Openings wait for the spool's disk for longer than this: what was answered later may have been in memory alone. */
const GIVEN_UP_MS = 690;
const missing = postgresMissing();

interface Answer {
  uid: string;
  state: string;
  ms: number;
}

class Recorder {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #text = '';

  constructor(url: string) {
    const script = join(import.meta.dirname, 'killed-recorder.cjs');
    this.#process = spawn(process.execPath, [script, DIST, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process.stdout!.on('data', (chunk) => {
      this.#text += chunk;
    });
    this.#ended = once(this.#process, 'close');
  }

  /** Its first openings are answered. */
  async works(): Promise<void> {
    while (this.#text === '') await once(this.#process.stdout!, 'data');
  }

  /** What it has answered until then. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Answer[]> {
    this.#process.kill(signal);
    await this.#ended;
    const lines = this.#text.split('\n').slice(0, -1);
    return lines.map((line) => {
      const [uid = '', state = '', ms = ''] = line.split(' ');
      return { uid, state, ms: Number(ms) };
    });
  }
}

/** Kills recorders one after the other, and has the store go in between. */
async function killed(
  url: string,
  troubles: readonly ((turn: number) => Promise<void>)[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const recorders = Array.from({ length: RECORDERS }, () => new Recorder(url));
  try {
    await Promise.all(recorders.map((recorder) => recorder.works()));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const victim = Math.floor(Math.random() * RECORDERS);
      const turn = Math.floor(kill / KILLS_PER_TROUBLE);
      const trouble =
        kill % KILLS_PER_TROUBLE === 0
          ? troubles[turn % troubles.length]!(Math.floor(turn / troubles.length))
          : undefined;
      await sleep(50 + Math.random() * 600);
      answers.push(...(await recorders[victim]!.end('SIGKILL')));
      recorders[victim] = new Recorder(url);
      await trouble;
      await recorders[victim]!.works();
    }
  } finally {
    for (const recorder of recorders) answers.push(...(await recorder.end('SIGTERM')));
  }
  return answers;
}

describe.skipIf(missing)(`on PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-killed-'));
  let server: PostgresServer;
  beforeAll(async () => {
    vi.stubEnv('XDG_STATE_HOME', folder); // the spool lies there
    server = await startPostgres();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`${KILLS} times, while its server crashes and its connections are killed`, {
    timeout: 600_000,
  }, async () => {
    const url = await server.createDatabase();
    const answers = await killed(url, [() => crash(server), (turn) => killBackend(url, turn)]);
    const store = await openStore(url);
    try {
      await takeIn(store, url);
      const runs = await store.runs({ limit: 1_000_000 });
      const stored = new Set(runs.map(({ start }) => start.uid));
      expect(stored.size).toBe(runs.length);
      const inTime = answers.filter(({ ms }) => ms < GIVEN_UP_MS);
      expect(inTime.length).toBeGreaterThan(KILLS);
      expect(inTime.filter(({ state }) => state === 'pending').length).toBeGreaterThan(0);
      expect(inTime.filter(({ uid }) => !stored.has(uid))).toEqual([]);
      const ids = runs.flatMap(({ start }) => start.scan_id ?? []).sort((a, b) => a - b);
      expect(ids).toEqual(ids.map((_, i) => i + 1));
      const figure = `recorders on PostgreSQL: ${KILLS} kills, ${answers.length} openings answered: lost, doubled, gaps`;
      measured({ row: 'A2', figure, value: 0, limit: '0', holds: true });
    } finally {
      await store.close();
    }
  });
});
