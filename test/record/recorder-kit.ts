/**
 * Recorders on stores of their own, and drafts for them.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { MetadataRulesOptions } from '../../src/metadata/validate';
import type { Recorder, RecorderOptions, RunDraft } from '../../src/record/recorder';
import type { Store } from '../../src/store/store';
import { compileRules, createRecorder, createRedactor, newUid, openStore } from '../built';

/** Longer than anything takes here, on a loaded machine. */
export const AMPLE_MS = 100_000;
export const AUTHOR = { name: 'test', host: 'test', pid: 1 };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export function storeUrl(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-recorder-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return `sqlite:${join(folder, 'provenance.db')}`;
}

export function recorderOn(
  store: string | Store,
  options: Partial<RecorderOptions> & { rulesOf?: MetadataRulesOptions } = {},
): Recorder {
  const { rulesOf, ...rest } = options;
  const recorder = createRecorder({
    store,
    rules: compileRules(rulesOf ?? {}),
    redactor: createRedactor(),
    ...rest,
  });
  cleanUps.push(() => recorder.close(AMPLE_MS));
  return recorder;
}

export async function reading(url: string): Promise<Store> {
  const store = await openStore(url);
  cleanUps.push(() => store.close());
  return store;
}

export function draft(more: Partial<RunDraft> = {}): RunDraft {
  const time = Date.now() / 1000;
  return {
    uid: newUid(),
    time,
    lab: 'default',
    numbered: true,
    share_scan_id: false,
    layers: { user: { operator: 'Ada' }, inferred: { plan_name: 'scan' } },
    issues: [],
    stash_at: 'run',
    temporal: {
      namespace: 'default',
      workflow_id: 'w',
      run_id: 'r',
      workflow_type: 't',
      activity_id: '1',
      activity_type: 'acquire',
      args: [],
      options: {},
      attempt: 1,
      is_local: false,
      task_queue: 'q',
      scheduled_time: time,
      worker: { host: 'h' },
    },
    ...more,
  };
}

export const stopOf = (run: RunDraft) => ({
  uid: run.uid,
  time: run.time + 1,
  exit_status: 'success' as const,
});

/** A store whose `write` waits until it is let through, or fails when told to. */
export interface Gated {
  open(): void;
  shut(): void;
  fail: Error | undefined;
  /** How often it has failed. */
  failures: number;
}

export function gated(store: Store): Store & Gated {
  let release: (() => void) | undefined;
  let gate: Promise<void> | undefined;
  const wrapped = Object.assign(Object.create(store) as Store, {
    fail: undefined as Error | undefined,
    failures: 0,
    shut() {
      gate = new Promise((resolve) => {
        release = resolve;
      });
    },
    open() {
      release?.();
      gate = undefined;
    },
    async write(...args: Parameters<Store['write']>) {
      await gate;
      if (wrapped.fail) {
        wrapped.failures += 1;
        throw wrapped.fail;
      }
      return store.write(...args);
    },
  });
  return wrapped;
}
