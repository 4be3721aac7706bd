/** What was recorded can be checked: a sound store holds, and each edit made behind its back is named. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChainHead, VerifyFault, VerifyPage } from '../../../src/store/integrity/verification';
import type { WriteRecord } from '../../../src/store/interface/written';
import type { Store } from '../../../src/store/store';
import type { Under } from '../contract';
import { opening, stopping, uidOf } from '../runs';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const ADDRESS = { namespace: 'default', workflow_id: 'w-1', run_id: '00000000-0000-4000-8000-000000000001' };

function settling(n: number): WriteRecord {
  const document = {
    schema_version: 1,
    run_start: uidOf(n),
    time: n,
    outcome: 'completed' as const,
    evidence: {},
  };
  return { kind: 'settled', document };
}

function aroundRuns(): WriteRecord[] {
  const environment = {
    id: DIGEST,
    code_id: DIGEST,
    identity: { 'git.commit': 'é' },
    detail: {},
    reasons: {},
    restorable: { level: 'source' as const, missing: [] },
    captured_time: 3,
    duration_ms: 1.5,
  };
  const bytes = Buffer.from('patch');
  const digest = `sha256:${sha256(bytes)}`;
  return [
    { kind: 'environment', environment, blobs: [{ digest, media_type: 'text/x-diff', bytes }] },
    {
      kind: 'execution-close',
      close: { schema_version: 1, ...ADDRESS, close_time: 5, status: 'completed', origin: 'sandbox' },
    },
    {
      kind: 'execution-close',
      close: { schema_version: 1, ...ADDRESS, close_time: 5, status: 'completed', origin: 'server' },
    },
  ];
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

interface Whole extends Pick<VerifyPage, 'head' | 'uncovered' | 'tombstoned' | 'faults'> {
  documents: number;
}

async function verified(store: Store, expected?: ChainHead): Promise<Whole> {
  const whole: Whole = { faults: [], tombstoned: 0, documents: 0 };
  for (
    let page = await store.verify({ expected });
    ;
    page = await store.verify({ after: page.next, expected })
  ) {
    whole.faults.push(...page.faults);
    whole.tombstoned += page.tombstoned;
    if (page.part === 'chain') whole.documents += page.checked;
    if (!page.next) return { ...whole, head: page.head, uncovered: page.uncovered };
  }
}

const brief = (faults: VerifyFault[]) => faults.map(({ kind, what, name }) => [kind, what, name]);

export function verificationContract(under: Under): void {
  const fill = async () => {
    const ns = Array.from({ length: 40 }, (_, i) => i + 1);
    const fields = (n: number) => ({ operator: `o${n % 3}`, dose: n / 7, odd: '\0\ud800 😀' });
    for (const n of ns) await under.store.write([opening({ n, fields: fields(n) })]);
    await under.store.write(ns.filter((n) => n > 5).map((n) => stopping(n, { time: n, reason: '\0 é' })));
    await under.store.write([...aroundRuns(), settling(7), settling(8)]);
  };

  describe('verify', () => {
    it('passes for an empty store, and for one with all kinds of final documents', async () => {
      expect(await verified(under.store)).toMatchObject({ faults: [], documents: 0, head: null });
      await fill();
      const whole = await verified(under.store);
      expect(whole).toMatchObject({ faults: [], uncovered: 0, tombstoned: 0 });
      // 40 starts, 35 stops, 2 settled, an environment, the end of an execution.
      expect(whole.documents).toBe(79);
      expect(whole.head).toMatchObject({
        n: expect.any(Number),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    });

    it('accepts records that were repeated, refused or late', async () => {
      await fill();
      const broken = { ...opening({ n: 102 }), metadata: '{"fields":' };
      const late = stopping(9, { time: 99, uid: uidOf(999) });
      await under.store.write([
        opening({ n: 3 }),
        broken,
        opening({ n: 101 }),
        late,
        settling(7),
        settling(9),
      ]);
      expect(await verified(under.store)).toMatchObject({ faults: [], uncovered: 0, documents: 81 });
    });

    it('names each document that was edited outside the product', async () => {
      await fill();
      const { head } = await verified(under.store);
      await under.edit('stop', `UPDATE stop SET document = '{"uid":"x"}' WHERE seq = 6`);
      await under.edit('run', 'UPDATE run SET scan_id = 700 WHERE seq = 7');
      await under.edit('run', `UPDATE run SET facts = '{"temporal":{},"provenance":{}}' WHERE seq = 8`);
      await under.edit('settled', `UPDATE settled SET document = '{"outcome":"rewritten"}' WHERE seq = 7`);
      await under.edit(
        'metadata',
        `UPDATE metadata SET document = '{"fields":{"a":1},"sources":{}}' WHERE id = 1`,
      );
      await under.edit('environment', `UPDATE environment SET document = '{}'`);
      await under.edit('execution', `UPDATE execution SET settled = '{}' WHERE settled IS NOT NULL`);
      await under.edit('blob', `UPDATE blob SET digest = '${DIGEST}'`);
      const { faults } = await verified(under.store, head!);
      expect(brief(faults)).toEqual(
        expect.arrayContaining([
          ['document', 'stop', uidOf(6)],
          ['document', 'start', uidOf(7)],
          ['document', 'start', uidOf(8)],
          ['document', 'settled', uidOf(7)],
          ['content', 'metadata', expect.any(String)],
          ['document', 'environment', DIGEST],
          ['document', 'execution', ADDRESS.run_id],
          ['content', 'blob', DIGEST],
        ]),
      );
      expect(faults).toHaveLength(8);
      expect(JSON.stringify(faults)).not.toContain('rewritten');
    });

    it('detects what was removed, in documents and in the chain itself', async () => {
      await fill();
      const { head } = await verified(under.store);
      await under.edit('stop', 'DELETE FROM stop WHERE seq = 10');
      await under.edit('chain', 'DELETE FROM chain WHERE n = 3');
      expect(brief((await verified(under.store, head!)).faults)).toEqual([
        ['chain', 'chain', '3'],
        ['missing', 'stop', uidOf(10)],
      ]);
      await under.edit('chain', 'DELETE FROM chain WHERE n >= 5');
      const cut = await verified(under.store, head!);
      expect(brief(cut.faults)).toContainEqual(['chain', 'chain', String(head!.n)]);
      expect(cut.uncovered).toBeGreaterThan(30);
    });

    it('distinguishes a rebuilt chain from the one whose link was noted', async () => {
      await under.store.write([opening({ n: 1 })]);
      const noted = { n: 1, digest: '00'.repeat(32) };
      expect(brief((await verified(under.store, noted)).faults)).toEqual([['chain', 'chain', '1']]);
    });

    it('passes for purged documents with a tombstone, and for a set with fewer members', async () => {
      await fill();
      const stone = (what: string, ref: number, digest: string, replacement = 'NULL') =>
        `INSERT INTO tombstone (what, ref, name, time, digest, replacement, reason, author)
         VALUES ('${what}', ${ref}, 'n', 1, ${digest}, ${replacement}, 'purge', '{}')`;
      const digestOf = (hex: string) => under.bytes(hex);
      const { faults: before } = await verified(under.store);
      expect(before).toEqual([]);
      const stop = stopping(11, { time: 11, reason: '\0 é' }).document;
      const hex = sha256(stop);
      await under.edit('stop', 'DELETE FROM stop WHERE seq = 11');
      await under.edit('tombstone', stone('stop', 11, digestOf(hex)));
      expect(await verified(under.store)).toMatchObject({ faults: [], tombstoned: 1 });
      await under.edit('tombstone', 'DELETE FROM tombstone');
      expect((await verified(under.store)).faults).not.toEqual([]);

      const [old] = await under.query(`SELECT digest FROM metadata WHERE id = 1`);
      const document = '{"fields":{},"sources":{}}';
      const less = sha256(`\n${document}`);
      const change = `UPDATE metadata SET digest = '${less}', document = '${document}', slots = NULL WHERE id = 1`;
      await under.edit('metadata', change);
      expect((await verified(under.store)).faults).toContainEqual(
        expect.objectContaining({ kind: 'document', what: 'start' }),
      );
      const stoned = stone('metadata', 1, digestOf(String(old)), digestOf(less));
      await under.edit('tombstone', stoned);
      await under.edit('tombstone', stone('stop', 11, digestOf(hex)));
      expect((await verified(under.store)).faults.filter(({ what }) => what !== 'tombstone')).toEqual([]);
    });
  });
}
