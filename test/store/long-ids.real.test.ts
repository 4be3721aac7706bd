/** Ids of 64 KB, as any client of Temporal may make them: both databases take them, and find them again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parser';
import { openStore } from '../built';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';
import { opening, stopping, uidOf } from './runs';

const LENGTH = 65_536;
/** Alike for all of an index's length, and not compressible into it. */
function longId(name: string): string {
  let text = '';
  for (let n = 0; text.length < LENGTH; n++) text += (Math.imul(n + 1, 2_654_435_761) >>> 0).toString(36);
  return text.slice(0, LENGTH - name.length) + name;
}

describe.each([sqlitePlace(), postgresPlace()])('$name', (place) => {
  beforeAll(async () => {
    if (!place.missing) await place.start();
  });
  afterAll(() => place.stop());

  it.skipIf(place.missing)('accepts long ids of every kind, distinguishes and finds them', async () => {
    const store = await openStore(await place.url());
    const temporal = (n: number) => ({
      workflow_id: longId(`workflow ${n}`),
      run_id: longId(`run ${n}`),
      workflow_type: longId('type'),
      activity_id: longId(`activity ${n}`),
      activity_type: longId('activity type'),
      task_queue: longId('queue'),
    });
    const fields = (n: number) => ({ tag: longId(`tag ${n}`), ['k'.repeat(1000)]: n });
    const answers = await store.write([
      opening({ n: 1, temporal: temporal(1), fields: fields(1) }),
      opening({ n: 2, temporal: temporal(2), fields: fields(2) }),
      stopping(1, { time: 1_790_000_009 }),
      { kind: 'context', run_id: longId('run 1'), n: 0, document: '{}' },
      {
        kind: 'loss',
        time: 1,
        session_id: longId('session'),
        loss: longId('loss'),
        count: 1,
        detail: longId('detail'),
      },
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['opened', 'opened', 'done', 'done', 'done']);
    await store.changeStash('default', [{ op: 'set', key: 'note', value: longId('note') }], {
      name: longId('author'),
      host: 'h',
      pid: 1,
    });
    const [run] = await store.resolve({ by: 'uid', uid: uidOf(2) });
    expect(run?.start).toMatchObject({ temporal: temporal(2), ...fields(2) });
    const field = { kind: 'metadata', path: ['tag'] } as const;
    const where = { op: 'compare', field, operator: '=', value: longId('tag 1') } as const;
    const found = await store.runs({ filter: { where }, limit: 10 });
    expect(found.map(({ start }) => start.uid)).toEqual([uidOf(1)]);
    expect(await store.context(longId('run 1'), 0)).toBe('{}');
    expect(await store.execution(longId('run 3'))).toBe(null);
    expect((await store.stash('default')).values).toEqual({ note: longId('note') });
    await store.close();
  });

  it.skipIf(place.missing)(
    'accepts a long type of an error, and finds it by all of it and by its beginning',
    async () => {
      const store = await openStore(await place.url());
      const type = (n: number) => `${longId('')}`.slice(0, 10_240) + n;
      const failing = (n: number, error: string) =>
        stopping(n, {
          time: 1_790_000_009,
          exit_status: 'fail',
          temporal: { error: { type: error, message: 'm' } },
        });
      await store.write([1, 2, 3].map((n) => opening({ n })));
      const answers = await store.write([failing(1, type(1)), failing(2, type(2)), failing(3, 'Short')]);
      expect(answers).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
      const found = async (condition: string) => {
        const runs = await store.runs({ filter: parseFilter(`error.type ${condition}`), limit: 10 });
        return runs.map(({ start }) => start.uid).sort();
      };
      expect(await found(`= '${type(1)}'`)).toEqual([uidOf(1)]);
      expect(await found(`IN ('${type(2)}', 'Short')`)).toEqual([uidOf(2), uidOf(3)]);
      expect(await found(`STARTS_WITH '${type(1).slice(0, 1000)}'`)).toEqual([uidOf(1), uidOf(2)]);
      expect(await found(`> '${type(1)}'`)).toEqual([uidOf(2), uidOf(3)]);
      expect(await found(`<= '${type(1)}'`)).toEqual([uidOf(1)]);
      expect(await found(`!= '${type(1)}'`)).toEqual([uidOf(2), uidOf(3)]);
      await store.close();
    },
  );
});
