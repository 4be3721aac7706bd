/** Processes that write to one store at a steady rate, or as fast as they can. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DIST } from '../built';

export interface Pace {
  processes: number;
  /** Runs per second of each; 0: no pause. */
  rate: number;
  /** Runs per write. */
  group: number;
  duration_ms: number;
}

export interface Summary {
  runs: number;
  errors: Record<string, number>;
  /** Of the writes, in milliseconds. */
  latencies: number[];
  /** Longest stall of the event loop. */
  stall_ms: number;
}

export class PacedWriters {
  readonly #children: ChildProcess[] = [];

  /** Processes that begin together. @returns what each acknowledged and summed up */
  async start(url: string, { processes, rate, group, duration_ms }: Pace) {
    const script = join(__dirname, 'processes', 'paced.cjs');
    const args = [script, DIST, url, ...[rate, group, duration_ms].map(String)];
    const writers = Array.from({ length: processes }, () => {
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      this.#children.push(child);
      const writer = { child, text: '', ended: once(child, 'close') };
      child.stdout!.on('data', (chunk) => {
        writer.text += chunk;
      });
      return writer;
    });
    while (writers.some(({ text, child }) => text === '' && child.exitCode === null)) await pause(10);
    for (const { child } of writers) child.stdin!.write('go\n');
    return {
      done: Promise.all(writers.map(({ ended }) => ended)).then(() =>
        writers.map(({ text }) => {
          const lines = text.trim().split('\n').slice(1);
          return { acknowledged: lines.slice(0, -1), summary: JSON.parse(lines.at(-1)!) as Summary };
        }),
      ),
    };
  }

  end(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
  }
}
