/**
 * The calling side of the data thread. If the thread hangs in a call to the file system, it is abandoned and
 * another one is started, without the name on which it hung. Nothing here waits, throws or rejects. Node only.
 * @module
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DATA } from '../../model/data-limits';
import type { Look, LookTarget } from '../look';
import type { DataJob, DataReply, DigestAnswer, DigestTarget } from './protocol';
import { Pulse } from './pulse';

type LookJob = Extract<DataJob, { kind: 'look' }>;

interface Waiting {
  job: DataJob;
  /** The number of names that it waits for. */
  names: number;
  done(reply: DataReply): void;
}

interface Running {
  worker: Worker;
  pulse: Pulse;
  beats: number;
  /** When the pulse last changed, by the process's monotonic clock. */
  since: number;
}

/** Examines data, and digests it. */
export class DataThreadClient {
  readonly #host: string;
  readonly #waiting = new Map<number, Waiting>();
  /** Folders in which a call hung, and until when they are skipped. */
  readonly #hung = new Map<string, number>();
  #names = 0;
  #running: Running | undefined;
  #stuck = 0;
  #watch: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(host: string) {
    this.#host = host;
  }

  /** Starts the thread before it is needed: otherwise its first looks would be late. */
  warm(): void {
    try {
      this.#running ??= this.#start();
    } catch {
      // Starting is tried again when there is something to examine.
    }
  }

  /** Examines each target, in order. */
  look(targets: readonly LookTarget[]): Promise<Look[]> {
    const skip = targets.flatMap(({ uri }, index) => (this.#isHung(uri) ? [index] : []));
    const refused = (state: Look['state']) => targets.map((): Look => ({ state, taken_ms: Date.now() }));
    if (skip.length === targets.length) return Promise.resolve(refused('unreadable'));
    if (this.#names + targets.length > DATA.waiting_names) return Promise.resolve(refused('crowded'));
    return new Promise((resolve) => {
      const done = (reply: DataReply) => resolve('looks' in reply ? reply.looks : refused('unreadable'));
      this.#post({ id: ++this.#lastId, kind: 'look', targets, skip }, targets.length, done);
    });
  }

  /** Digests one version. */
  digest(target: DigestTarget): Promise<DigestAnswer> {
    if (this.#isHung(target.uri)) return Promise.resolve({ missing: 'unreadable' });
    return new Promise((resolve) => {
      const done = (reply: DataReply) =>
        resolve('digest' in reply ? reply.digest : { missing: 'unreadable' });
      this.#post({ id: ++this.#lastId, kind: 'digest', target }, 1, done);
    });
  }

  /** Ends the thread. What still waits is answered as unreadable. The next request starts a new thread. */
  close(): void {
    this.#end();
    for (const { job } of [...this.#waiting.values()]) this.#fail(job);
  }

  #post(job: DataJob, names: number, done: Waiting['done']): void {
    this.#waiting.set(job.id, { job, names, done });
    this.#names += names;
    if (this.#stuck >= DATA.threads) {
      setImmediate(() => this.#fail(job));
      return;
    }
    this.#send(job);
  }

  #send(job: DataJob): void {
    try {
      this.#running ??= this.#start();
      this.#running.worker.postMessage(job);
      this.#watch ??= setInterval(() => this.#look(), DATA.watch_ms).unref();
    } catch {
      setImmediate(() => this.#fail(job));
    }
  }

  #start(): Running {
    const pulse = new Pulse();
    const worker = new Worker(join(__dirname, 'thread.js'), {
      workerData: { pulse: pulse.buffer, host: this.#host },
      name: 'temporal-provenance data',
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (reply: DataReply) => this.#take(reply.id)?.done(reply));
    worker.on('error', () => this.#ended(worker));
    worker.on('exit', () => this.#ended(worker));
    return { worker, pulse, beats: 0, since: performance.now() };
  }

  /**
   * A thread that ended on its own has failed at its current target. A thread that never began to work will not
   * begin next time either.
   */
  #ended(worker: Worker): void {
    if (this.#running?.worker !== worker) return;
    const { pulse } = this.#running;
    this.#running = undefined;
    if (pulse.beats > 0) this.#again(pulse.job, pulse.target);
    else for (const { job } of [...this.#waiting.values()]) this.#fail(job);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    this.#waiting.delete(id);
    this.#names -= waiting.names;
    if (this.#waiting.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
    return waiting;
  }

  #fail({ id }: DataJob): void {
    this.#take(id)?.done({ id, digest: { missing: 'unreadable' } });
  }

  /** Checks that the thread still makes progress. */
  #look(): void {
    const running = this.#running;
    if (!running) return;
    const { beats, job, target } = running.pulse;
    const now = performance.now();
    if (beats !== running.beats) Object.assign(running, { beats, since: now });
    else if (now - running.since > (job === 0 ? DATA.idle_ms : DATA.file_ms))
      this.#giveUp(running, job, target);
  }

  #giveUp({ worker }: Running, job: number, target: number): void {
    this.#running = undefined;
    this.#stuck++;
    worker.once('exit', () => {
      this.#stuck--;
    });
    // Resolves when the hanging call returns, if ever.
    worker.terminate().catch(() => undefined);
    const hung = this.#waiting.get(job)?.job;
    const uri = hung?.kind === 'look' ? hung.targets[target]?.uri : hung?.target.uri;
    if (uri !== undefined) this.#remember(uri);
    this.#again(job, target);
  }

  /** Sends the waiting jobs again, without the target on which the thread hung and its neighbours. */
  #again(id: number, target: number): void {
    for (const waiting of [...this.#waiting.values()]) {
      const { job } = waiting;
      const failed = job.kind === 'digest' && (job.id === id || this.#isHung(job.target.uri));
      if (this.#stuck >= DATA.threads || failed) this.#fail(job);
      else this.#send(job.kind === 'digest' ? job : this.#without(waiting, job, job.id === id ? target : -1));
    }
  }

  #without(waiting: Waiting, job: LookJob, target: number): LookJob {
    const hung = job.targets.flatMap(({ uri }, index) =>
      index === target || this.#isHung(uri) ? [index] : [],
    );
    const again = { ...job, skip: [...new Set([...job.skip, ...hung])] };
    waiting.job = again;
    return again;
  }

  #end(): void {
    const worker = this.#running?.worker;
    this.#running = undefined;
    worker?.terminate().catch(() => undefined);
  }

  #remember(uri: string): void {
    const now = performance.now();
    for (const [folder, until] of this.#hung) if (until < now) this.#hung.delete(folder);
    this.#hung.set(folderOf(uri), now + DATA.hung_folder_ms);
  }

  #isHung(uri: string): boolean {
    if (this.#hung.size === 0) return false;
    const until = this.#hung.get(folderOf(uri)) ?? this.#hung.get(uri);
    return until !== undefined && until > performance.now();
  }
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}
