/** What `doctor` makes of an installation's facts: one that is well, and each fault by itself. */
import { describe, expect, it } from 'vitest';
import { examine, worstOf } from '../../src/cli/doctor/checks';
import type { Facts } from '../../src/cli/doctor/facts';
import type { Environment, WorkerSession } from '../../src/model/environment';
import { noneDropped } from '../../src/record/spool/ledger';

const session: WorkerSession = {
  session_id: 's',
  start_time: 1,
  namespace: 'default',
  task_queue: 'measurements',
  identity: 'w@h',
  host: 'beamline-7',
  pid: 1,
  cwd: '/',
  environment: 'sha256:e',
  capture: {
    lab: 'default',
    workflow_module: true,
    registered: 1,
    lookup: 'on',
    environment: true,
  },
  detail: {},
};

const environment: Environment = {
  id: 'sha256:e',
  code_id: 'sha256:c',
  identity: { 'git.commit': 'c' },
  detail: {},
  reasons: { 'image.config_digest': 'no_engine' },
  restorable: { level: 'source', missing: [] },
  captured_time: 1,
  duration_ms: 1,
};

const WELL: Facts = {
  location: 'sqlite:/srv/p.db',
  dialect: 'sqlite',
  identity: { storage_id: 'x', state_id: 9, schema_version: 2, created_time: 1, creator: {} },
  release_schema: 2,
  counts: { runs: 5, open: 0, executions: 1, refusals: 0 },
  labs: ['default'],
  losses: [],
  namespaces: [{ lab: 'default', namespaces: ['default'] }],
  sessions: [{ session, environment }],
  old_runs: { count: 0, oldest_time: undefined, more: false },
  spool: {
    folder: '/srv/p.db.spool',
    exists: false,
    file_system: { kind: 'local', name: 'ext4' },
    segments: 0,
    bytes: 0,
    records: 0,
    dropped: noneDropped(),
    quarantined: { records: 0, damaged: 0, unreadable: 0, rejected: 0, files: 0 },
  },
  free: [{ folder: '/srv', bytes: 2 ** 40 }],
  file: {
    path: '/srv/p.db',
    modes: [{ path: '/srv/p.db', mode: 0o600 }],
    file_system: { kind: 'local', name: 'ext4' },
  },
};

const capture = (change: object): Partial<Facts> => ({
  sessions: [{ session: { ...session, capture: { ...session.capture!, ...change } }, environment }],
});
const dropped = noneDropped();
dropped.by_kind.start = 3;

const FAULTS: readonly [check: string, health: 'warn' | 'fail', words: RegExp, change: Partial<Facts>][] = [
  ['schema', 'warn', /revision 1.*migrate/, { identity: { ...WELL.identity, schema_version: 1 } }],
  ['schema', 'warn', /newer.*upgrade/, { identity: { ...WELL.identity, schema_version: 9 } }],
  [
    'file system',
    'fail',
    /nfs.*postgres/,
    { file: { ...WELL.file!, file_system: { kind: 'network', name: 'nfs' } } },
  ],
  [
    'file system',
    'warn',
    /tmpfs.*volume/,
    { file: { ...WELL.file!, file_system: { kind: 'ephemeral', name: 'tmpfs' } } },
  ],
  [
    'disk space',
    'fail',
    /disk of \/srv is full \(3 KiB left\)/,
    { free: [{ folder: '/srv', bytes: 3_500 }] },
  ],
  [
    'file modes',
    'fail',
    /mode 644.*chmod/,
    { file: { ...WELL.file!, modes: [{ path: '/srv/p.db', mode: 0o644 }] } },
  ],
  [
    'losses',
    'fail',
    /2 captures failed/,
    { losses: [{ loss: 'start', count: 2, last_time: 1, detail: 'full' }] },
  ],
  ['spool', 'warn', /7 records wait/, { spool: { ...WELL.spool, segments: 1, records: 7, oldest_time: 1 } }],
  ['spool', 'fail', /3 records were dropped/, { spool: { ...WELL.spool, dropped } }],
  [
    'spool',
    'fail',
    /2 records could not/,
    { spool: { ...WELL.spool, quarantined: { ...WELL.spool.quarantined, records: 2 } } },
  ],
  [
    'open runs',
    'warn',
    /4 or more without an end.*reconcile/,
    { old_runs: { count: 4, oldest_time: 1, more: true } },
  ],
  [
    'code environment',
    'fail',
    /measurements on beamline-7: no environment/,
    { sessions: [{ session, environment: null }] },
  ],
  [
    'code environment',
    'warn',
    /commit is not known \(git.commit: no_repository\)/,
    { sessions: [{ session, environment: { ...environment, reasons: { 'git.commit': 'no_repository' } } }] },
  ],
  ['workflow module', 'fail', /bundleWorkflowCode/, capture({ workflow_module: false })],
  ['lookup', 'warn', /lookup is off/, capture({ lookup: 'off' })],
  ['registration', 'warn', /given 2 times/, capture({ registered: 2 })],
  [
    'labs',
    'warn',
    /north, south share/,
    { namespaces: [{ lab: 'default', namespaces: ['north', 'south'] }] },
  ],
];

describe('doctor', () => {
  it('finds nothing wrong with an installation that is well', () => {
    const findings = examine(WELL);
    expect(findings.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(worstOf(findings)).toBe('ok');
  });

  it.each(FAULTS)('names a fault of %s (%s)', (check, health, words, change) => {
    const findings = examine({ ...WELL, ...change }).filter((finding) => finding.health !== 'ok');
    expect([...new Set(findings.map((finding) => finding.check))]).toEqual([check]);
    expect(findings[0]).toMatchObject({ health, words: expect.stringMatching(words) });
    expect(worstOf(findings)).toBe(health);
  });

  it("judges a worker by its last session, and tells of many workers' fault once", () => {
    const bad = { ...session, capture: { ...session.capture!, workflow_module: false } };
    const mended = examine({
      ...WELL,
      sessions: [
        { session, environment },
        { session: bad, environment },
      ],
    });
    expect(worstOf(mended)).toBe('ok');
    const several = ['a', 'b', 'c'].map((host) => ({ session: { ...bad, host }, environment }));
    const found = examine({ ...WELL, sessions: several }).filter(({ health }) => health !== 'ok');
    expect(found.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^measurements on a and 2 more: /),
    ]);
  });
});
