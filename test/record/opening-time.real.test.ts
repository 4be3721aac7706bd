/** Rules and scan-id sources that take their time, or never answer: openings are bounded, refusals hold, nothing is lost uncounted. */
import { describe, expect, it } from 'vitest';
import type { MetadataIssue } from '../../src/model/documents';
import type { Opening, Recorder } from '../../src/record/recorder';
import { AMPLE_MS, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const pause = (delay_ms: number) => new Promise((resolve) => setTimeout(resolve, delay_ms));
const forever = () => new Promise<never>(() => undefined);
/** A recorder that knows the lab's stash: without it nobody is refused. */
async function warmOn(...options: Parameters<typeof recorderOn>): Promise<Recorder> {
  const recorder = recorderOn(...options);
  await recorder.open(draft({ incomplete: 'not judged', numbered: false }), AMPLE_MS);
  return recorder;
}
const issuesOf = (opening: Opening): MetadataIssue[] => (opening.kind === 'refused' ? opening.issues : []);

it('a first opening whose budget was spent elsewhere is refused like any other', async () => {
  const recorder = recorderOn(storeUrl(), { rulesOf: { required: ['sample'] } });
  const opening = await recorder.open(draft(), 0, { whole_ms: AMPLE_MS });
  expect(opening).toMatchObject({ kind: 'refused', mode: 'fail' });
});

describe('rules that take longer than the budget of the opening', () => {
  it('still refuse, and the run is not opened after the refusal', async () => {
    const url = storeUrl();
    const slow = async () => {
      await pause(300);
      throw new Error('no beam time');
    };
    const recorder = await warmOn(url, { rulesOf: { validators: [slow] } });
    const opening = await recorder.open(draft(), 20);
    expect(opening).toMatchObject({ kind: 'refused', mode: 'fail' });
    expect(issuesOf(opening)[0]!.message).toContain('no beam time');
    await recorder.flush(AMPLE_MS);
    const store = await reading(url);
    expect(await store.counts()).toMatchObject({ runs: 1, refusals: 1 });
  });

  it('let the run open when they accept, with the rest of the budget for the store', async () => {
    const recorder = await warmOn(storeUrl(), { rulesOf: { validators: [() => pause(300)] } });
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({
      kind: 'open',
      state: 'committed',
      scan_id: 1,
    });
  });

  it('are an issue at their limit, which the attempt may shorten', async () => {
    const url = storeUrl();
    const rulesOf = { validators: [forever], validatorTimeoutMs: 60_000 };
    const short = await (await warmOn(url, { rulesOf })).open(draft(), 20, { rules_ms: 100 });
    expect(issuesOf(short)).toEqual([
      { path: [], message: 'the rules of the lab did not answer within 100 ms' },
    ]);
    const whole = await (await warmOn(url, { rulesOf })).open(draft(), 20, { rules_ms: AMPLE_MS });
    expect(issuesOf(whole)).toEqual([
      { path: [], message: 'the rules of the lab did not answer within 1000 ms' },
    ]);
  });

  it('are an issue of the document if issues are recorded', async () => {
    const url = storeUrl();
    const recorder = await warmOn(url, {
      rulesOf: { normalizer: forever, validatorTimeoutMs: 60_000 },
      onRefusal: 'record',
    });
    expect(await recorder.open(draft(), AMPLE_MS, { rules_ms: 50 })).toMatchObject({ state: 'committed' });
    const [run] = await (await reading(url)).runs({ limit: 1 });
    expect(run!.start.provenance.issues).toEqual([
      { path: [], message: 'the rules of the lab did not answer within 50 ms' },
    ]);
  });

  it('are not awaited once the attempt has ended', async () => {
    const cancelled = new AbortController();
    const recorder = await warmOn(storeUrl(), {
      rulesOf: { validators: [forever], validatorTimeoutMs: 60_000 },
    });
    const opening = recorder.open(draft(), 20, { signal: cancelled.signal });
    cancelled.abort();
    expect(await opening).toMatchObject({ kind: 'open', state: 'pending' });
    expect(await recorder.open(draft(), 20, { signal: cancelled.signal })).toMatchObject({
      state: 'pending',
    });
    await recorder.close(50);
    expect(recorder.statistics.losses).toEqual({ start: 2 });
  });
});

describe('a scan-id source that never answers', () => {
  it('is replaced by the counter, and is a counted loss', async () => {
    const recorder = await warmOn(storeUrl(), { scanIdSource: forever });
    const openings = await Promise.all([recorder.open(draft(), AMPLE_MS), recorder.open(draft(), AMPLE_MS)]);
    expect(openings.map((opening) => opening.kind === 'open' && opening.scan_id).sort()).toEqual([1, 2]);
    expect(recorder.statistics.losses).toEqual({ 'scan-id-source': 2 });
  });

  it('loses what it delays when the recorder closes first; start and stop are counted', async () => {
    const recorder = await warmOn(storeUrl(), { scanIdSource: forever });
    const [open, over] = [draft(), draft()];
    const answers = [recorder.open(open, AMPLE_MS), recorder.open(over, 10)];
    expect(await answers[1]).toMatchObject({ state: 'pending' });
    recorder.stop(stopOf(over));
    await recorder.close(50);
    expect(await answers[0]).toMatchObject({ state: 'lost' });
    expect(recorder.statistics.losses).toEqual({ start: 2, stop: 1 });
    await pause(1_100);
    expect(recorder.statistics.losses).toMatchObject({ start: 2, stop: 1 });
  });
});
