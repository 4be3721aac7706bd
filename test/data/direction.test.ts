/** How a name is related to the run that has it: each line of the table, and what is not known. */
import { describe, expect, test } from 'vitest';
import { judge, judgeRemote, type Meeting } from '../../src/data/direction';
import type { Look } from '../../src/data/look';

const BEGAN = 1_000_000;
const ENDED = 1_060_000;

function version(signature: string, changed_ms: number, more: Partial<Look> = {}): Look {
  return {
    state: 'file',
    taken_ms: BEGAN - 1,
    signature,
    changed_ms,
    size_bytes: 5,
    born_ms: changed_ms,
    ...more,
  };
}

const OLD = version('old', 5_000);
const WRITTEN = version('new', BEGAN + 10, { taken_ms: ENDED + 1 });
const ABSENT: Look = { state: 'absent', taken_ms: BEGAN - 1 };

function directions(meeting: Partial<Meeting>): string[] {
  const { relations } = judge({
    in_args: false,
    after: ABSENT,
    began_ms: BEGAN,
    ended_ms: ENDED,
    ...meeting,
  });
  return relations.map(({ direction, look, missing }) =>
    [direction, look?.signature, missing].filter(Boolean).join(' '),
  );
}

const reasons = (meeting: Partial<Meeting>) =>
  judge({ in_args: true, after: ABSENT, began_ms: BEGAN, ended_ms: ENDED, ...meeting }).reasons;

describe('the table', () => {
  test('in the arguments and unchanged at the end: used', () => {
    expect(directions({ in_args: true, before: OLD, after: OLD })).toEqual(['used old']);
  });

  test('in the arguments and changed at the end: used the earlier version, generated the new one', () => {
    expect(directions({ in_args: true, before: OLD, after: WRITTEN })).toEqual([
      'used old not_digested_before_it_changed',
      'generated new',
    ]);
  });

  test('in the arguments, absent at the start and there at the end: generated', () => {
    expect(directions({ in_args: true, before: ABSENT, after: WRITTEN })).toEqual(['generated new']);
  });

  test('in the result, changed within the run: generated', () => {
    expect(directions({ after: WRITTEN })).toEqual(['generated new']);
  });

  test('in the result, declared as written: generated, however old', () => {
    expect(directions({ after: OLD, declared: 'generated' })).toEqual(['generated old']);
  });

  test('in the result and older than the run: mentioned', () => {
    expect(directions({ after: OLD })).toEqual(['mentioned old']);
  });

  test('in the result and older than the run, and in the arguments too: used, never generated', () => {
    expect(directions({ in_args: true, before: OLD, after: OLD })).toEqual(['used old']);
  });

  test('two seconds of tolerance on a network file system, one tick on a local one', () => {
    const earlier = (ms: number, network?: true) =>
      directions({ after: version('v', BEGAN - ms, { network }) });
    expect(earlier(1_900, true)).toEqual(['generated v']);
    expect(earlier(2_100, true)).toEqual(['mentioned v']);
    expect(earlier(9)).toEqual(['generated v']);
    expect(earlier(11)).toEqual(['mentioned v']);
  });

  test('within that tolerance, a file that an earlier run of the process generated belongs to that run', () => {
    expect(directions({ after: version('v', BEGAN - 9), of_earlier_run: true })).toEqual(['mentioned v']);
    expect(directions({ after: version('v', BEGAN), of_earlier_run: true })).toEqual(['generated v']);
  });

  test("a URI that can't be looked at: used in the arguments, generated in the result alone", () => {
    expect(judgeRemote({ in_args: true })).toEqual({ direction: 'used', evidence: 'uri', missing: 'remote' });
    expect(judgeRemote({ in_args: false }).direction).toBe('generated');
    expect(judgeRemote({ in_args: true, declared: 'generated' })).toMatchObject({
      direction: 'generated',
      evidence: 'declared',
    });
  });
});

describe("what vanishes, appears late or can't be seen", () => {
  test('an input that is missing at the end was used', () => {
    expect(directions({ in_args: true, before: OLD, after: ABSENT })).toEqual(['used old gone']);
  });

  test('a name that never existed is no data', () => {
    expect(directions({ in_args: true, before: ABSENT })).toEqual([]);
    expect(directions({})).toEqual([]);
  });

  test('a late first look is valid for a file that has not changed since', () => {
    const late = { ...OLD, taken_ms: BEGAN + 500 };
    expect(directions({ in_args: true, before: late, after: late })).toEqual(['used old']);
  });

  test('a first look after the change shows that an earlier version existed, if the file is older', () => {
    const changed = version('new', BEGAN + 10, { taken_ms: BEGAN + 500, born_ms: 5_000 });
    expect(directions({ in_args: true, before: changed, after: changed })).toEqual([
      'used not_digested_before_it_changed',
      'generated new',
    ]);
  });

  test('a first look after the file was created shows no input, and is marked as unsure', () => {
    const made = version('new', BEGAN + 10, { taken_ms: BEGAN + 500 });
    expect(directions({ in_args: true, before: made, after: made })).toEqual(['generated new']);
    expect(reasons({ before: made, after: made })).toEqual(['seen_late']);
  });

  test("a change after the end is not the run's output", () => {
    const later = version('later', ENDED + 100, { taken_ms: ENDED + 200, born_ms: 5_000 });
    expect(directions({ after: later })).toEqual(['mentioned changed_meanwhile']);
    expect(directions({ after: { ...later, born_ms: BEGAN + 5 } })).toEqual(['generated changed_meanwhile']);
    expect(directions({ in_args: true, before: OLD, after: later })).toEqual([
      'used old not_digested_before_it_changed',
    ]);
    expect(reasons({ before: OLD, after: later })).toEqual(['changed_meanwhile']);
    expect(directions({ in_args: true, before: ABSENT, after: later })).toEqual([]);
  });

  test.each([
    ['special', 'special_file'],
    ['unreadable', 'unreadable'],
    ['crowded', 'budget'],
  ] as const)('%s: used without a version, and inputs are not known', (state, missing) => {
    const seen: Look = { state, taken_ms: BEGAN - 1 };
    expect(directions({ in_args: true, before: seen, after: seen })).toEqual([`used ${missing}`]);
    expect(reasons({ before: seen, after: seen })).toEqual([missing]);
    expect(directions({ after: seen })).toEqual([`mentioned ${missing}`]);
  });

  test('a file that could not be looked at at the start and was written is an output', () => {
    const unreadable: Look = { state: 'unreadable', taken_ms: BEGAN - 1 };
    expect(directions({ in_args: true, before: unreadable, after: WRITTEN })).toEqual([
      'used unreadable',
      'generated new',
    ]);
  });

  test('a folder that was not read completely has no signature, and is judged by its last change', () => {
    const cut = (changed_ms: number): Look => ({
      state: 'directory',
      taken_ms: BEGAN - 1,
      changed_ms,
      cut: true,
    });
    expect(directions({ in_args: true, before: cut(5_000), after: cut(5_000) })).toEqual(['used']);
    expect(directions({ in_args: true, before: cut(5_000), after: cut(BEGAN + 5) })).toEqual([
      'used not_digested_before_it_changed',
      'generated',
    ]);
  });

  test('a declared use says so', () => {
    const { relations } = judge({
      in_args: false,
      declared: 'used',
      before: OLD,
      after: OLD,
      began_ms: BEGAN,
      ended_ms: ENDED,
    });
    expect(relations).toMatchObject([{ direction: 'used', evidence: 'declared' }]);
    expect(directions({ declared: 'generated' })).toEqual(['generated gone']);
  });
});
