/** Parts of what happens during an outage that need no store: where the spool lies, the stash of a run's time. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spoolFolder } from '../../src/record/delivery/spool-place';
import { stashAt } from '../../src/record/opening/late-judgement';
import type { StashHistoryEntry } from '../../src/store/interface/stash-changes';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the folder of a spool', () => {
  it('is next to a SQLite file, or as named', () => {
    expect(spoolFolder('sqlite:/srv/lab/provenance.db')).toBe('/srv/lab/provenance.db.spool');
    expect(spoolFolder('postgres://host/lab', '/var/spool/lab')).toBe('/var/spool/lab');
  });

  it('of PostgreSQL is the user’s, one per location, and shows no password', () => {
    vi.stubEnv('XDG_STATE_HOME', '/state');
    const folder = spoolFolder('postgres://ada:secret@host/lab');
    expect(folder).toMatch(/^\/state\/temporal-provenance\/spool\/[0-9a-f]{16}$/);
    expect(spoolFolder('postgres://grace:other@host/lab')).toBe(folder);
    expect(spoolFolder('postgres://host/other')).not.toBe(folder);
    vi.stubEnv('XDG_STATE_HOME', 'not/absolute');
    vi.stubEnv('LOCALAPPDATA', undefined);
    expect(spoolFolder('postgres://host/lab').startsWith(join(homedir(), '.local', 'state'))).toBe(true);
  });
});

describe('the stash of a time', () => {
  const entry = (
    time: number,
    op: StashHistoryEntry['op'],
    key?: string,
    value?: string,
  ): StashHistoryEntry => ({
    lab: 'default',
    version: time,
    time,
    op,
    ...(key && { key }),
    ...(value && { value }),
    author: { name: 'Ada', host: 'h', pid: 1 },
  });
  const history = [
    entry(70, 'init', 'late', 'init'),
    entry(60, 'set', 'sample', 'C'),
    entry(50, 'clear'),
    entry(40, 'unset', 'operator'),
    entry(30, 'set', 'scan_id', '7'),
    entry(20, 'set', 'sample', 'B'),
    entry(10, 'set', 'operator', 'Ada'),
    entry(10, 'set', 'sample', 'A'),
  ];

  it('has what was set by then', () => {
    const at = (time: number) => stashAt(history, time, 100);
    expect([5, 10, 25, 45, 55, 65].map(at)).toEqual([
      {},
      { sample: 'A', operator: 'Ada' },
      { sample: 'B', operator: 'Ada' },
      { sample: 'B' },
      {},
      { sample: 'C' },
    ]);
  });

  it('has the values of the option stash since the process began', () => {
    expect(stashAt(history, 65, 62)).toEqual({ sample: 'C', late: 'init' });
    expect(stashAt(history, 61, 62)).toEqual({ sample: 'C' });
  });
});
