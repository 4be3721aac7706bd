/** Data about runs outside their documents: removals, lines of one log a part at a time, and use of environments. */
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/model/environment';
import type { WriteRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, uidOf } from '../runs';

const T = 1_790_000_000;
const OWNER = { run_start: uidOf(1) };

function environment(n: number): Environment {
  return {
    id: `sha256:${String(n).padStart(64, '0')}`,
    code_id: `sha256:${'cd'.repeat(32)}`,
    identity: { n },
    detail: {},
    reasons: {},
    restorable: { level: 'partial', missing: [] },
    captured_time: T,
    duration_ms: 1,
  };
}

function captured(n: number): WriteRecord {
  return { kind: 'environment', environment: environment(n), blobs: [] };
}

function log(first: number, count: number): WriteRecord {
  const lines = Array.from({ length: count }, (_, at) => ({
    time: T + at,
    level: at % 3 === 0 ? 'WARN' : 'INFO',
    message: `line ${first + at}`,
    ...(at === 1 && { attributes: { beam: 'LOST\0' } }),
  }));
  return { kind: 'log', ...OWNER, run_id: null, first, lines, keep_from: 0 } as WriteRecord;
}

export function detailsContract(under: Under): void {
  describe('lines of one log', () => {
    it('are read page by page, oldest first, by level and by text', async () => {
      await under.store.write([opening({ n: 1 }), log(0, 10)]);
      const part = await under.store.logPart({ owner: OWNER, after: 2, limit: 3 });
      expect(part.map(({ ordinal, message }) => [ordinal, message])).toEqual([
        [3, 'line 3'],
        [4, 'line 4'],
        [5, 'line 5'],
      ]);
      const warned = await under.store.logPart({ owner: OWNER, levels: ['WARN', 'ERROR'], limit: 10 });
      expect(warned.map(({ ordinal }) => ordinal)).toEqual([0, 3, 6, 9]);
      expect(await under.store.logPart({ owner: OWNER, text: 'lost', limit: 10 })).toMatchObject([
        { ordinal: 1, attributes: { beam: 'LOST\0' } },
      ]);
      expect(await under.store.logLevels(OWNER)).toEqual([
        { level: 'INFO', lines: 6 },
        { level: 'WARN', lines: 4 },
      ]);
      expect(await under.store.logLevels({ run_start: uidOf(2) })).toEqual([]);
    });
  });

  describe('the use of environments', () => {
    it('has the last run of each, over all sessions, and a bounded count; the last captured first', async () => {
      const [first, second] = [environment(1).id, environment(2).id];
      await under.store.write([
        captured(1),
        captured(2),
        captured(3),
        opening({ n: 1, environment: first, session: 'old' }),
        opening({ n: 2, environment: first, session: 'new' }),
        opening({ n: 3, environment: first }),
        opening({ n: 4, environment: second }),
        opening({ n: 5, environment: first, session: 'old' }),
      ]);
      const used = await under.store.environmentUse({ limit: 10, counted: 3 });
      expect(used.map(({ environment: { identity }, runs, last }) => [identity.n, runs, last?.uid])).toEqual([
        [3, 0, undefined],
        [2, 1, uidOf(4)],
        [1, 3, uidOf(5)],
      ]);
      const [newest] = used;
      const rest = await under.store.environmentUse({ limit: 1, before: newest!.id, counted: 3 });
      expect(rest.map(({ environment: { identity } }) => identity.n)).toEqual([2]);
      expect(await under.store.environmentUse({ limit: 1, id: first, counted: 9 })).toMatchObject([
        { runs: 4, last: { uid: uidOf(5) } },
      ]);
    });
  });

  describe('what was removed from a run', () => {
    it('has the reason and the author; a complete run has nothing removed', async () => {
      await under.store.write([opening({ n: 1 })]);
      expect(await under.store.removals(uidOf(1))).toEqual([]);
      const author = JSON.stringify({ name: 'ada', host: 'beamline-7', pid: 4 });
      await under.edit(
        'tombstone',
        `INSERT INTO tombstone (what, ref, name, document_time, time, digest, replacement, reason, author)
         VALUES ('start', 1, '${uidOf(1)}', ${T}, ${T + 5}, ${under.bytes('00'.repeat(32))}, NULL, 'purge: a name', '${author}')`,
      );
      expect(await under.store.removals(uidOf(1))).toEqual([
        {
          what: 'start',
          time: T + 5,
          reason: 'purge: a name',
          author: { name: 'ada', host: 'beamline-7', pid: 4 },
          document_time: T,
          replaced: false,
        },
      ]);
    });
  });
}
