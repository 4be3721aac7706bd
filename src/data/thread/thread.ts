/**
 * The data thread. All its calls to the file system are synchronous. So a call that hangs blocks no thread of
 * the pool that the lab's own code uses to read files. Looks run before digests. Node only.
 * @module
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Look } from '../look';
import { Digester } from './digesting';
import { lookAt } from './looking';
import type { DataJob, DataReply, DataThreadSetting } from './protocol';
import { Pulse } from './pulse';

class DataThread {
  readonly #host: string;
  readonly #pulse: Pulse;
  readonly #digester: Digester;
  readonly #digests: Extract<DataJob, { kind: 'digest' }>[] = [];

  constructor({ host, pulse }: DataThreadSetting) {
    this.#host = host;
    this.#pulse = new Pulse(pulse);
    this.#digester = new Digester(host, this.#pulse, this);
    parentPort!.on('message', (job: DataJob) => {
      this.#take(job);
      this.#work();
    });
  }

  /** Called while a file is digested. */
  pause(): void {
    const { job, target } = this.#pulse;
    for (let next = receiveMessageOnPort(parentPort!); next; next = receiveMessageOnPort(parentPort!))
      this.#take(next.message as DataJob);
    this.#pulse.at(job, target);
  }

  #take(job: DataJob): void {
    if (job.kind === 'digest') this.#digests.push(job);
    else this.#reply({ id: job.id, looks: this.#looks(job) });
  }

  #work(): void {
    for (let job = this.#digests.shift(); job; job = this.#digests.shift()) {
      this.#pulse.at(job.id);
      this.#reply({ id: job.id, digest: this.#digester.digest(job.target) });
      this.pause();
    }
    this.#pulse.at(0);
  }

  #looks({ id, targets, skip }: Extract<DataJob, { kind: 'look' }>): Look[] {
    return targets.map((target, index) => {
      if (skip.includes(index)) return { state: 'unreadable', taken_ms: Date.now() };
      this.#pulse.at(id, index);
      return lookAt(target, this.#host, this.#pulse).look;
    });
  }

  #reply(reply: DataReply): void {
    parentPort!.postMessage(reply);
  }
}

new DataThread(workerData as DataThreadSetting);
