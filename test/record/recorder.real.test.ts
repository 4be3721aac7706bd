/** The recorder on a real store: what opens, what is refused, what is kept, and in which order. */
import { describe, expect, it } from 'vitest';
import type { MetadataIssue } from '../../src/model/documents';
import { AMPLE_MS, AUTHOR, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

describe('opening a run', () => {
  it('is durable, merged with the stash, numbered, and the document names the source of each field', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { initialStash: { project: 'optics', operator: 'nobody' } });
    const run = draft({
      layers: { user: { operator: 'Ada' }, plan: { stage: 1 }, inferred: { plan_name: 's' } },
    });
    const opening = await recorder.open(run, AMPLE_MS);
    expect(opening).toEqual({
      kind: 'open',
      uid: run.uid,
      scan_id: 1,
      metadata: { operator: 'Ada', stage: 1, plan_name: 's', project: 'optics' },
      state: 'committed',
    });
    const [record] = await (await reading(url)).resolve({ by: 'uid', uid: run.uid });
    expect(record!.start).toMatchObject({ operator: 'Ada', scan_id: 1, temporal: run.temporal });
    expect(record!.start.provenance).toMatchObject({
      schema_version: 1,
      sources: { operator: 'user', stage: 'plan', plan_name: 'inferred', project: 'stash' },
      shadowed: { operator: { stash: 'nobody' } },
    });
  });

  it('sees a change of the stash at once, from any writer', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    await recorder.open(draft(), AMPLE_MS);
    const elsewhere = await reading(url);
    for (const sample of ['Au', 'Ag']) {
      await elsewhere.changeStash('default', [{ op: 'set', key: 'sample', value: sample }], AUTHOR);
      const openings = await Promise.all([1, 2, 3].map(() => recorder.open(draft(), AMPLE_MS)));
      expect(openings.map((opening) => opening.kind === 'open' && opening.metadata.sample)).toEqual(
        Array(3).fill(sample),
      );
    }
  });

  it('pins the stash that the execution saw first, also across processes', async () => {
    const url = storeUrl();
    const elsewhere = await reading(url);
    const set = (value: string) =>
      elsewhere.changeStash('default', [{ op: 'set', key: 'sample', value }], AUTHOR);
    await set('Au');
    const first = recorderOn(url);
    await first.open(draft({ stash_at: 'execution' }), AMPLE_MS);
    await first.close(AMPLE_MS);
    await set('Ag');
    const second = recorderOn(url);
    const sampleOf = async (stash_at: 'run' | 'execution') => {
      const opening = await second.open(draft({ stash_at }), AMPLE_MS);
      return opening.kind === 'open' && opening.metadata.sample;
    };
    expect([await sampleOf('execution'), await sampleOf('run'), await sampleOf('execution')]).toEqual([
      'Au',
      'Ag',
      'Au',
    ]);
  });

  it('does not revive a deleted key of the option stash', async () => {
    const url = storeUrl();
    const start = async () => {
      const recorder = recorderOn(url, { initialStash: { sample: 'Au' } });
      const opening = await recorder.open(draft(), AMPLE_MS);
      await recorder.close(AMPLE_MS);
      return opening.kind === 'open' && opening.metadata.sample;
    };
    expect(await start()).toBe('Au');
    await (await reading(url)).changeStash('default', [{ op: 'unset', key: 'sample' }], AUTHOR);
    expect(await start()).toBeUndefined();
  });

  it('records a given scan id, and calls scanIdSource if there is none', async () => {
    const recorder = recorderOn(storeUrl(), { scanIdSource: async (metadata) => Number(metadata.shot) });
    const open = async (user: { [key: string]: number }) => {
      const opening = await recorder.open(draft({ layers: { user, inferred: {} } }), AMPLE_MS);
      return opening.kind === 'open' && opening.scan_id;
    };
    expect([await open({ scan_id: 7, shot: 1 }), await open({ shot: 41 }), await open({ other: 1 })]).toEqual(
      [7, 41, 1],
    );
    expect(recorder.statistics.losses).toEqual({ 'scan-id-source': 1 });
  });

  it('calls scanIdSource once for a run whose stash has changed, and never for a refused run', async () => {
    const url = storeUrl();
    let asked = 0;
    const recorder = recorderOn(url, {
      rulesOf: { required: ['sample'] },
      scanIdSource: () => {
        asked += 1;
        return 100 + asked;
      },
    });
    const open = () => recorder.open(draft(), AMPLE_MS);
    const store = await reading(url);
    await store.changeStash('default', [{ op: 'set', key: 'sample', value: 'Au' }], AUTHOR);
    expect(await open()).toMatchObject({ kind: 'open', scan_id: 101 });
    await store.changeStash('default', [{ op: 'set', key: 'sample', value: 'Ag' }], AUTHOR);
    expect(await open()).toMatchObject({ kind: 'open', scan_id: 102, metadata: { sample: 'Ag' } });
    await store.changeStash('default', [{ op: 'unset', key: 'sample' }], AUTHOR);
    const given = recorder.open(draft({ layers: { user: { sample: 'Cu' }, inferred: {} } }), AMPLE_MS);
    expect(await given).toMatchObject({ kind: 'open', scan_id: 103 });
    expect(await open()).toMatchObject({ kind: 'refused' });
    expect(asked).toBe(3);
  });

  it('redacts before anything is stored or emitted', async () => {
    const url = storeUrl();
    const seen: string[] = [];
    const recorder = recorderOn(url, { subscribers: [(_, document) => seen.push(JSON.stringify(document))] });
    const user = { password: 'correct horse', sample: { name: 'Au', api_key: 'sk_live_4242' } };
    const opening = await recorder.open(draft({ layers: { user, inferred: {} } }), AMPLE_MS);
    await recorder.flush(AMPLE_MS);
    const runs = await (await reading(url)).runs({ limit: 1 });
    for (const text of [JSON.stringify(opening), JSON.stringify(runs), ...seen]) {
      expect(text).not.toMatch(/correct horse|4242/);
      expect(text).toContain('Au');
    }
    expect(runs[0]!.start.provenance.redactions).toBeDefined();
  });

  it('gives each run its own copy of the metadata', async () => {
    const recorder = recorderOn(storeUrl(), { initialStash: { sample: { name: 'Au' } } });
    for (let i = 0; i < 4; i++) {
      const opening = await recorder.open(draft(), AMPLE_MS);
      const sample = (opening.kind === 'open' && opening.metadata.sample) as { name: string };
      expect(sample).toEqual({ name: 'Au' });
      Reflect.set(sample, 'name', 'Pb');
    }
  });
});

describe('refusal', () => {
  const strict = { rulesOf: { required: ['sample'] } };

  it('uses no scan id, leaves a record, and lists every issue', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { rulesOf: { required: ['sample', 'energy'] } });
    const refused = await recorder.open(draft(), AMPLE_MS);
    expect(refused).toMatchObject({ kind: 'refused', mode: 'fail' });
    expect((refused as { issues: MetadataIssue[] }).issues.map((issue) => issue.path)).toEqual([
      ['sample'],
      ['energy'],
    ]);
    const user = { sample: 'Au', energy: 1 };
    expect(await recorder.open(draft({ layers: { user, inferred: {} } }), AMPLE_MS)).toMatchObject({
      scan_id: 1,
    });
    await recorder.flush(AMPLE_MS);
    const [record] = await (await reading(url)).refusals(5);
    expect(record).toMatchObject({ lab: 'default', issues: [{ path: ['sample'] }, { path: ['energy'] }] });
    expect(JSON.parse(record!.document)).toMatchObject({
      fields: { operator: 'Ada' },
      sources: { operator: 'user' },
    });
    expect(recorder.statistics).toMatchObject({ runs: 1, refusals: 1, losses: {} });
  });

  it('`wait` ends automatically once the stash has the field', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { ...strict, onRefusal: 'wait' });
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'refused', mode: 'wait' });
    await (await reading(url)).changeStash('default', [{ op: 'set', key: 'sample', value: 'Au' }], AUTHOR);
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'open', scan_id: 1 });
  });

  it('`record` lets the run open and records what is missing', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { ...strict, onRefusal: 'record' });
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'open', state: 'committed' });
    const [run] = await (await reading(url)).runs({ limit: 1 });
    expect(run!.start.provenance.issues).toEqual([{ path: ['sample'], message: 'is required' }]);
  });

  it('a stash that was cleared before a run opened refuses it', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { ...strict, initialStash: { sample: 'Au' } });
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'open' });
    await (await reading(url)).changeStash('default', [{ op: 'unset', key: 'sample' }], AUTHOR);
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'refused' });
  });

  it('an issue from the header refuses, and a reserved field never reaches a document', async () => {
    const url = storeUrl();
    const issues = [{ path: ['hints'], message: 'must be an object' }];
    expect(await recorderOn(url).open(draft({ issues }), AMPLE_MS)).toMatchObject({
      kind: 'refused',
      issues,
    });
    const recorder = recorderOn(url, { onRefusal: 'record' });
    const run = draft({ layers: { user: { uid: 'mine', time: 5, temporal: {} }, inferred: {} } });
    await recorder.open(run, AMPLE_MS);
    const [record] = await (await reading(url)).runs({ limit: 1 });
    expect(record!.start).toMatchObject({ uid: run.uid, time: run.time, temporal: run.temporal });
    expect(record!.start.provenance.issues).toHaveLength(3);
  });

  it('missing metadata is not judged, and the document says why', async () => {
    const url = storeUrl();
    await recorderOn(url, strict).open(draft({ incomplete: 'the lookup was too late' }), AMPLE_MS);
    const [run] = await (await reading(url)).runs({ limit: 1 });
    expect(run!.start.provenance.unvalidated).toBe('the lookup was too late');
  });

  it('rules that are asynchronous, odd or broken refuse, and nothing rejects', async () => {
    const bad = [
      async () => {
        throw undefined;
      },
      () => {
        throw new Proxy(
          {},
          {
            get: () => {
              throw new Error('ha');
            },
          },
        );
      },
      () => new Promise(() => undefined),
    ];
    for (const validator of bad) {
      const recorder = recorderOn(storeUrl(), {
        rulesOf: { validators: [validator], validatorTimeoutMs: 50 },
      });
      expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'refused' });
    }
  });
});

describe('recorders of one process', () => {
  it('share a store by its URL, which closes with the last of them', async () => {
    const url = storeUrl();
    const [one, two] = [recorderOn(url), recorderOn(url)];
    const [a, b] = [draft(), draft()];
    const ids = (await Promise.all([one.open(a, AMPLE_MS), two.open(b, AMPLE_MS)])).map(
      (opening) => opening.kind === 'open' && opening.scan_id,
    );
    expect(ids.sort()).toEqual([1, 2]);
    await one.close(AMPLE_MS);
    two.stop(stopOf(a));
    two.stop(stopOf(b));
    await two.close(AMPLE_MS);
    expect((await (await reading(url)).counts()).open).toBe(0);
  });

  it('a bad URL is refused when the recorder is created; a bad store when it is opened', async () => {
    expect(() => recorderOn('mysql://x')).toThrow(expect.objectContaining({ code: 'STORE_URL_INVALID' }));
    const recorder = recorderOn(storeUrl().replace('provenance.db', 'no/where.db'));
    await expect(recorder.ready()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });
});
