/**
 * Captures the data of runs: the files and objects that paths and URIs in arguments, results and heartbeat
 * details name, before and after the code ran. The code never waits for this.
 *
 * This folder owns what a worker sees of the data that its runs use and make: how names are found, looked at,
 * judged and digested. The activity interceptor reports runs to it; it stores nothing. Node only.
 * @module
 */
import type { DataDocument, DigestDocument } from '../model/data';
import { DATA } from '../model/data-limits';
import { withTimeout } from '../model/with-timeout';
import type { Redactor } from '../redaction/redactor';
import { RecentMap } from '../store/recent-map';
import { Digests } from './digests';
import type { DataOptions } from './options';
import { NamePatterns } from './patterns';
import { Roots } from './roots';
import { RunData, type RunDataParts } from './run-data';
import { DataThreadClient } from './thread/client';

/** Receives the documents. Neither method throws. */
export interface DataSink {
  data(document: DataDocument): void;
  digest(document: DigestDocument): void;
  /** Called when a part of the capture failed. */
  lose(error: unknown): void;
}

/** Names that no lab means: the kernel's own information. */
const NEVER = ['/proc/**', '/sys/**'];

/** Captures the data of one worker's runs. No method throws or rejects. */
export class DataCapture {
  readonly #thread: DataThreadClient;
  readonly #digests: Digests;
  readonly #sink: DataSink;
  readonly #parts: RunDataParts;
  readonly #open = new Set<Promise<void>>();

  /** @param host the name of this host in signatures and URIs */
  constructor(host: string, sink: DataSink, redactor: Redactor, options: DataOptions = {}) {
    this.#thread = new DataThreadClient(host);
    this.#sink = sink;
    this.#digests = new Digests(this.#thread, sink, options.maxHashBytes);
    this.#parts = {
      rules: {
        host,
        redactor,
        roots: new Roots(options.roots),
        ignored: new NamePatterns([...NEVER, ...(options.ignore ?? [])]),
      },
      looker: this.#thread,
      digests: this.#digests,
      generated: new RecentMap(DATA.remembered_characters),
      sink: { ended: (work) => this.#keep(work), lose: (error) => sink.lose(error) },
    };
    this.#thread.warm();
  }

  /**
   * An attempt is about to run: what its arguments name is examined from now on.
   * @param left the last heartbeat details of the previous attempt, which this attempt receives too
   */
  begin(args: readonly unknown[], left?: unknown): RunData | undefined {
    try {
      return new RunData({ args, left }, this.#parts);
    } catch (error) {
      this.#sink.lose(error);
      return undefined;
    }
  }

  /** Resolves when all documents of ended runs are passed on, or after the time limit. */
  async flush(timeout_ms: number): Promise<void> {
    await withTimeout(Promise.all([...this.#open]), timeout_ms, () => undefined);
  }

  /**
   * Ends the capture with the worker. Digests in progress have {@link DATA}.close_ms; a version that is not
   * digested by then is recorded without a digest.
   */
  async close(): Promise<void> {
    const began = performance.now();
    await this.flush(DATA.close_ms);
    const left_ms = Math.max(0, DATA.close_ms - (performance.now() - began));
    await withTimeout(this.#digests.settled(), left_ms, () => undefined);
    this.#digests.giveUp();
    this.#thread.close();
    await this.flush(DATA.close_ms);
  }

  #keep(work: Promise<DataDocument | undefined>): void {
    const done = work.then(
      (document) => {
        this.#open.delete(done);
        if (document) this.#sink.data(document);
      },
      (error: unknown) => {
        this.#open.delete(done);
        this.#sink.lose(error);
      },
    );
    this.#open.add(done);
  }
}
