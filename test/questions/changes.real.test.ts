/** Changes are told in the order in which they were committed, each once, however a reader stops and goes on, on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeKind, Changes } from '../../src/questions/changes';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { fromBuild, openStore } from '../built';
import { call } from '../cli/laboratory';
import { closed, data, execution, settled, used } from '../store/links-kit';
import { opening, stopping, uidOf } from '../store/runs';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';

const { changesOf, changePlace, lastStateOf } =
  fromBuild<typeof import('../../src/questions/changes')>('src/questions/changes');

const folder = mkdtempSync(join(tmpdir(), 'provenance-changes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (n: number): WriteRecord => ({
  kind: 'refusal',
  refusal_id: uidOf(n),
  time: n,
  lab: 'north',
  issues: [{ path: ['operator'], message: 'is required' }],
  document: JSON.stringify({ fields: {}, temporal: { activity_id: '1' } }),
});

/** One call of `write` each. */
const TRANSACTIONS: readonly WriteRecord[][] = [
  [opening({ n: 1 }), opening({ n: 2, lab: 'north' })],
  [stopping(1, { time: 1 }), stopping(2, { time: 2 }), settled(1), data(1, [used('file://h/a', 1)])],
  [execution('e1', 'sandbox'), closed('e1', 'server')],
  [refusal(9)],
  [opening({ n: 3, fields: { operator: 'Ada Lovelace' } }), stopping(3, { time: 3 })],
];

describe.each([sqlitePlace(), postgresPlace()])('changes of $name', (place) => {
  let url: string;
  let store: Store;
  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    store = await openStore(url);
    for (const records of TRANSACTIONS) await store.write(records);
  });
  afterAll(async () => {
    await store?.close();
    await place.stop();
  });

  const scope = (only_lab?: string) => ({ store, lab: 'default', ...(only_lab && { only_lab }) });
  const read = (after: string, limit: number, more: { lab?: string; kinds?: ChangeKind[] } = {}) =>
    changesOf(scope(more.lab), { after: changePlace(after)!, limit, kinds: more.kinds });

  /** All, in pages. */
  async function all(limit: number, more: { lab?: string; kinds?: ChangeKind[] } = {}, after = '0') {
    const items: Changes['items'] = [];
    for (let page: Changes | undefined; !page?.done; after = page.next) {
      page = await read(after, limit, more);
      items.push(...page.items);
    }
    return items;
  }
  const words = ({ kind, document }: Changes['items'][number]) =>
    `${kind} ${document.run_start ?? document.uid ?? document.run_id ?? document.refusal_id ?? document.name}`;

  it.skipIf(place.missing)('are complete, those of one transaction together', async () => {
    const items = await all(500);
    expect(items.map(words)).toEqual(
      expect.arrayContaining([
        `start ${uidOf(1)}`,
        `start ${uidOf(2)}`,
        `stop ${uidOf(1)}`,
        `stop ${uidOf(2)}`,
        `settled ${uidOf(1)}`,
        `data ${uidOf(1)}`,
        'execution e1',
        `refusal ${uidOf(9)}`,
        `start ${uidOf(3)}`,
        `stop ${uidOf(3)}`,
      ]),
    );
    expect(items).toHaveLength(10);
    const states = items.map(({ id }) => Number.parseInt(id, 10));
    expect(states).toEqual([...states].sort((a, b) => a - b));
    expect(items.at(-1)!.id).toBe(String(await lastStateOf(scope())));
    const { storage } = (items[0]!.document as { provenance: { storage: { state_id: number } } }).provenance;
    expect(states[0]).toBe(storage.state_id);
  });

  it.skipIf(place.missing)('arrive once each, wherever a reader stops and continues', async () => {
    const whole = await all(500);
    for (const limit of [1, 2, 3, 7]) expect(await all(limit)).toEqual(whole);
    for (const [i, { id }] of whole.entries()) expect(await all(3, {}, id)).toEqual(whole.slice(i + 1));
  });

  it.skipIf(place.missing)('are those of a lab, or of some kinds', async () => {
    expect((await all(4, { lab: 'north' })).map(words)).toEqual([
      `start ${uidOf(2)}`,
      `stop ${uidOf(2)}`,
      `refusal ${uidOf(9)}`,
    ]);
    expect((await all(4, { kinds: ['settled', 'execution'] })).map(words)).toEqual([
      `settled ${uidOf(1)}`,
      'execution e1',
    ]);
  });

  it.skipIf(place.missing)('are read from their last state on', async () => {
    const head = String(await lastStateOf(scope()));
    expect(await read(head, 10)).toEqual({ items: [], next: head, done: true });
    await store.write([opening({ n: 4 })]);
    expect((await read(head, 10)).items.map(words)).toEqual([`start ${uidOf(4)}`]);
  });

  it.skipIf(place.missing)('omit what was removed since, but say that it was removed', async () => {
    const [first] = await all(500);
    const { code, err } = await call(['purge', '--person', 'Ada Lovelace', '--yes', '--store', url], {
      cwd: folder,
    });
    expect(code, err).toBe(0);
    const later = await all(2, {}, first!.id);
    expect(JSON.stringify(later)).not.toContain('Lovelace');
    expect(later.map(({ kind }) => kind)).toContain('removed');
    expect(new Set(later.map(({ id }) => id)).size).toBe(later.length);
    const report = await call(['verify', '--store', url], { cwd: folder });
    expect(report.code, report.out).toBe(0);
  });
});
