import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { LINKING } from '../../src/model/limits';
import { Deadline } from '../../src/record/deadline';
import { LinkLoop, type LinkTargets } from '../../src/record/linking/link-loop';
import type { Linked } from '../../src/store/interface/linking';
import type { WriteRecord } from '../../src/store/interface/written';

const DONE: Linked = { done: true, handled: 1, waiting: false };
const MORE: Linked = { ...DONE, done: false };
const DATA: WriteRecord = { kind: 'document', of: 'data', document: {} };
const settled = { kind: 'settled', document: {} } as unknown as WriteRecord;
const opened = (facts: string) => ({ kind: 'open', facts }) as WriteRecord;

/** A store that answers its pages one after the other, then `DONE`. */
function loopOver(pages: (Linked | Error)[] = []) {
  const state = { may: true, idle: true, limits: [] as number[], faults: [] as unknown[] };
  const targets: LinkTargets = {
    mayLink: () => state.may,
    idle: () => state.idle,
    async link(limit) {
      state.limits.push(limit);
      const page = pages.shift() ?? DONE;
      if (page instanceof Error) throw page;
      return page;
    },
    linkFailed: (error) => state.faults.push(error),
  };
  return { loop: new LinkLoop(targets), state };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('deriving links in a worker', () => {
  it('begins a moment after a record with lineage, once for all records in between', async () => {
    const { loop, state } = loopOver();
    for (let n = 0; n < 5; n++) loop.written([DATA]);
    await pass(LINKING.after_ms - 1);
    expect(state.limits).toEqual([]);
    await pass(2);
    expect(state.limits).toEqual([LINKING.first_page_links]);
    await pass(10 * LINKING.idle_after_ms);
    expect(state.limits).toHaveLength(1);
  });

  it('is due for predecessors and for each fact about data; other records delay it for long', async () => {
    for (const record of [opened('{"provenance":{"predecessors":[{}]}}'), DATA]) {
      const { loop, state } = loopOver();
      loop.written([opened('{}'), record]);
      await pass(LINKING.after_ms + 1);
      expect(state.limits).toHaveLength(1);
    }
    const { loop, state } = loopOver();
    loop.written([opened('{}'), settled]);
    await pass(LINKING.idle_after_ms - 1);
    expect(state.limits).toEqual([]);
    await pass(2);
    expect(state.limits).toHaveLength(1);
  });

  it('is due for ends of activities while links wait for one', async () => {
    const { loop, state } = loopOver([{ ...DONE, waiting: true }]);
    loop.written([DATA]);
    await pass(LINKING.after_ms + 1);
    loop.written([settled]);
    await pass(LINKING.after_ms + 1);
    expect(state.limits).toHaveLength(2);
    loop.written([settled]);
    await pass(LINKING.after_ms + 1);
    expect(state.limits).toHaveLength(2);
  });

  it('continues until nothing is left, and stops while the store is unavailable', async () => {
    const { loop, state } = loopOver([MORE, MORE, DONE]);
    state.may = false;
    loop.written([DATA]);
    await pass(60_000);
    expect(state.limits).toEqual([]);
    state.may = true;
    await pass(60_000);
    expect(state.limits).toHaveLength(3);
  });

  it('lets records go first, but with a limit', async () => {
    const { loop, state } = loopOver();
    state.idle = false;
    loop.written([DATA]);
    await pass(LINKING.after_ms + LINKING.patience_ms / 2);
    expect(state.limits).toEqual([]);
    await pass(LINKING.patience_ms);
    expect(state.limits).toHaveLength(1);
  });

  it('retries after growing pauses, and reports each fault', async () => {
    const fault = new ProvenanceError('STORE_BUSY', 'busy');
    const { loop, state } = loopOver([fault, fault, fault]);
    loop.written([DATA]);
    await pass(LINKING.after_ms + 1);
    expect(state.limits).toHaveLength(1);
    await pass(LINKING.first_retry_ms);
    expect(state.limits).toHaveLength(1);
    await pass(100 * LINKING.first_retry_ms);
    expect(state.limits).toHaveLength(4);
    expect(state.faults).toEqual([fault, fault, fault]);
  });

  it('finishes at the end within the time limit, and begins nothing afterwards', async () => {
    const { loop, state } = loopOver([MORE, MORE, DONE]);
    loop.written([DATA]);
    await loop.finish(new Deadline(1_000));
    expect(state.limits).toHaveLength(3);
    loop.end();
    loop.written([DATA]);
    await pass(10 * LINKING.idle_after_ms);
    await loop.finish(new Deadline(1_000));
    expect(state.limits).toHaveLength(3);
  });
});
