/** Runs whose data is captured from real files, without a worker: through the built package, whose thread is there. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { DataOptions } from '../../src/data/options';
import type { DataDocument, DataItem, DigestDocument } from '../../src/model/data';
import { createRedactor, fromBuild } from '../built';

const { DataCapture } = fromBuild<typeof import('../../src/data/capture')>('src/data/capture');

/** Host of all names. */
export const HOST = 'here';

let labs: DataLab[] = [];

afterEach(async () => {
  for (const lab of labs) await lab.end();
  labs = [];
});

/** A folder of files and what captures the runs that use them. */
export class DataLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'provenance-data-'));
  readonly documents: DataDocument[] = [];
  readonly digests: DigestDocument[] = [];
  readonly losses: unknown[] = [];
  readonly capture;
  #runs = 0;

  constructor(options: DataOptions = {}, host = HOST) {
    const sink = {
      data: (document: DataDocument) => this.documents.push(document),
      digest: (document: DigestDocument) => this.digests.push(document),
      lose: (error: unknown) => this.losses.push(error),
    };
    this.capture = new DataCapture(host, sink, createRedactor(), options);
    labs.push(this);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  makeFolder(...names: string[]): string {
    const path = this.path(...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Runs `work` as an activity with these arguments; what it returns is the result. Resolves with the run's document. */
  async run(args: unknown[], work: () => unknown = () => undefined): Promise<DataDocument | undefined> {
    const run_start = `run-${++this.#runs}`;
    const run = this.capture.begin(args);
    // The opening of a run takes longer than a look.
    await this.seen();
    run?.open(run_start);
    run?.end(await work());
    await this.capture.flush(60_000);
    return this.documents.find((document) => document.run_start === run_start);
  }

  /** Resolves when the thread has looked at what it was told of before. */
  async seen(): Promise<void> {
    const other = this.capture.begin([this.path('nothing-is-there')]);
    other?.open('other');
    other?.end(undefined);
    await this.capture.flush(60_000);
  }

  /** Resolves with the digest that was told of a version. */
  async digestOf(item: DataItem | undefined): Promise<DigestDocument> {
    for (;;) {
      const found = this.digests.find(
        ({ uri, signature }) => uri === item?.uri && signature === item?.signature,
      );
      if (found) return found;
      await pause(10);
    }
  }

  async end(): Promise<void> {
    await this.capture.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Items of a document by direction: `used in.csv`. */
export function itemsOf(document: DataDocument | undefined): string[] {
  return (document?.items ?? []).map(
    ({ direction, uri }) => `${direction} ${uri.slice(uri.lastIndexOf('/') + 1)}`,
  );
}

/** The one item of a document, or of its kind. */
export function itemOf(document: DataDocument | undefined, direction?: DataItem['direction']): DataItem {
  const found = (document?.items ?? []).filter((item) => !direction || item.direction === direction);
  if (found.length !== 1) throw new Error(`${found.length} items: ${JSON.stringify(document)}`);
  return found[0]!;
}
