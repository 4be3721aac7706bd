/** The checker finds what it is for: each fault that a store could have, planted in a history. */
import { describe, expect, it } from 'vitest';
import { checkHistory, type FinalState, type HistoryEvent } from './history-checker';

let at = 0;
function done(
  client: number,
  op: HistoryEvent['op'],
  key: string,
  result: HistoryEvent['result'],
): HistoryEvent[] {
  const mark = `${client}.${++at}`;
  const event = { client, op, key, mark };
  return [
    { ...event, phase: 'invoke', at: String(at * 10) },
    { ...event, phase: 'ok', at: String(at * 10 + 5), result },
  ];
}
const marks = (events: HistoryEvent[]) => events[0]!.mark;
const final = (state: Partial<FinalState>) =>
  new Map([['k', { scan_id: 1, stop: null, settled: null, ...state }]]);
const opened = { kind: 'opened', scan_id: 1 };

describe('history checker', () => {
  it('accepts a history of a sound store, lost answers included', () => {
    const open = done(1, 'open', 'k', opened);
    const stop = done(2, 'stop', 'k', { kind: 'done' });
    const late = done(3, 'stop', 'k', { kind: 'closed' });
    const seen = done(3, 'read', 'k', { there: true, stop: marks(stop), settled: null });
    const [lost] = done(4, 'settle', 'k', {});
    const events = [...open, ...stop, ...late, ...seen, lost!];
    expect(checkHistory(events, final({ stop: marks(stop), settled: lost!.mark }))).toEqual([]);
    expect(checkHistory(events, final({ stop: marks(stop) }))).toEqual([]);
  });

  it('finds a lost update, two winners, a document without a writer, and a refused one that is stored', () => {
    const first = done(1, 'stop', 'k', { kind: 'done' });
    const second = done(2, 'stop', 'k', { kind: 'done' });
    const refused = done(3, 'settle', 'k', { kind: 'closed' });
    expect(checkHistory(first, final({}))).toEqual([expect.stringMatching(/is lost/)]);
    expect(checkHistory([...first, ...second], final({ stop: marks(first) }))).toEqual([
      expect.stringMatching(/both taken/),
    ]);
    expect(checkHistory(done(1, 'open', 'k', opened), final({ stop: 'x' }))).toEqual([
      expect.stringMatching(/nobody/),
    ]);
    expect(checkHistory(refused, final({ settled: marks(refused) }))).toEqual([
      expect.stringMatching(/refused/),
    ]);
  });

  it('finds a state that went back, a stale read, and scan ids that fall or differ', () => {
    const there = done(1, 'read', 'k', { there: true, stop: 'a', settled: null });
    const back = done(2, 'read', 'k', { there: true, stop: null, settled: null });
    expect(checkHistory([...there, ...back], final({}))).toContainEqual(expect.stringMatching(/went back/));
    const stop = done(1, 'stop', 'k', { kind: 'done' });
    const blind = done(2, 'read', 'k', { there: true, stop: null, settled: null });
    expect(checkHistory([...stop, ...blind], final({ stop: marks(stop) }))).toEqual([
      expect.stringMatching(/did not see/),
    ]);
    const numbers = [5, 4].map((scan_id, i) => done(1, 'open', `own-1-${i}`, { kind: 'opened', scan_id }));
    const finals = new Map(
      [5, 4].map((scan_id, i) => [`own-1-${i}`, { scan_id, stop: null, settled: null }]),
    );
    expect(checkHistory(numbers.flat(), finals)).toEqual([expect.stringMatching(/4 after 5/)]);
    const other = done(2, 'open', 'k', { kind: 'opened', scan_id: 2 });
    expect(checkHistory([...done(1, 'open', 'k', opened), ...other], final({}))).toEqual([
      expect.stringMatching(/numbers 1, 2/),
    ]);
  });
});
