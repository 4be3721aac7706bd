/** The workers of the storm: processes that are killed while they work, and replaced. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);

const WORKERS = 4;
/** A kill waits until so many others are there. */
const LEFT = 2;

/** When processes were killed (UNIX seconds), by their pid. */
export type Killed = ReadonlyMap<number, number>;

export class Crew {
  readonly killed = new Map<number, number>();
  readonly #options: string;
  readonly #all = new Set<ChildProcess>();
  /** Those that are ready for work. */
  readonly #ready = new Set<ChildProcess>();
  /** Replacements that have not come up. */
  readonly #coming = new Set<Promise<void>>();
  #failure: Error | undefined;
  /** Says which worker has just begun an activity. */
  #began: ((worker: ChildProcess) => void) | undefined;

  /** `options`: what each worker is told. */
  constructor(options: object) {
    this.#options = JSON.stringify(options);
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: WORKERS }, () => this.#startWorker()));
  }

  /** Kills a worker up to 150 ms after it began an activity. Its replacement comes up meanwhile. */
  async killOne(): Promise<void> {
    while (this.#ready.size <= LEFT) {
      await Promise.race(this.#coming);
      if (this.#failure) throw this.#failure;
    }
    const victim = await new Promise<ChildProcess>((resolve) => {
      this.#began = resolve;
    });
    this.#began = undefined;
    await sleep(Math.random() * 150);
    this.#ready.delete(victim);
    this.killed.set(victim.pid as number, Date.now() / 1000);
    const exited = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exited;
    this.#replace();
  }

  /** All come up, and end by themselves. */
  async stop(): Promise<void> {
    await Promise.all(this.#coming);
    if (this.#failure) throw this.#failure;
    const ended = [...this.#all].map((worker) => once(worker, 'exit'));
    for (const worker of this.#all) worker.send('stop');
    for (const [code] of await Promise.all(ended))
      if (code !== 0) throw new Error(`a worker ended with code ${code}`);
  }

  end(): void {
    for (const worker of this.#all) worker.kill('SIGKILL');
  }

  #replace(): void {
    const coming = this.#startWorker()
      .catch((error) => {
        this.#failure = error;
      })
      .finally(() => this.#coming.delete(coming));
    this.#coming.add(coming);
  }

  async #startWorker(): Promise<void> {
    const worker = fork(require.resolve('./worker.cjs'), [this.#options], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#all.add(worker);
    worker.once('exit', () => this.#all.delete(worker));
    const exit = once(worker, 'exit').then(([code]) =>
      Promise.reject(new Error(`a worker ended with code ${code} before it was ready`)),
    );
    await Promise.race([once(worker, 'message'), exit]);
    this.#ready.add(worker);
    worker.on('message', () => {
      if (this.#ready.has(worker)) this.#began?.(worker);
    });
  }
}
