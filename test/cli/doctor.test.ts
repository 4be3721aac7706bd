/** What `doctor` makes of an installation's facts: one that is well, and each fault by itself. */
import { describe, expect, it } from 'vitest';
import type { Environment, SpoolState, WorkerSession } from '../../src/model/environment';
import { examine, worstOf } from '../../src/questions/health/checks';
import type { Facts } from '../../src/questions/health/facts';
import { summaryOf } from '../../src/questions/health/summary';
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
  places: [{ file: '7@9', host: 'beamline-7', path: '/srv/p.db', state_id: 1, time: 1, how: 'first' }],
  release_schema: 2,
  counts: { runs: 5, open: 0, executions: 1, refusals: 0 },
  labs: ['default'],
  losses: [],
  links: { behind: 0, todo: 0, waiting: 2 },
  namespaces: [{ lab: 'default', namespaces: ['default'] }],
  sessions: [{ session, environment }],
  more_sessions: false,
  host: 'beamline-7',
  last_run_time: 1,
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
    identity: '7@9',
    modes: [{ path: '/srv/p.db', mode: 0o600 }],
    file_system: { kind: 'local', name: 'ext4' },
  },
};

const capture = (change: object): Partial<Facts> => ({
  sessions: [{ session: { ...session, capture: { ...session.capture!, ...change } }, environment }],
});
const dropped = noneDropped();
dropped.by_kind.start = 3;
/** A store that workers elsewhere write to, and what they have told of their spool. */
const elsewhere = (told: Partial<SpoolState> | undefined, host = 'beamline-9'): Partial<Facts> => ({
  dialect: 'postgres',
  file: undefined,
  host: 'office',
  sessions: [
    {
      session: {
        ...session,
        host,
        ...(told && {
          spool: {
            folder: '/var/spool/lab',
            usable: true,
            waiting_bytes: 0,
            dropped: 0,
            time: 86_400,
            ...told,
          },
        }),
      },
      environment,
    },
  ],
});

const FAULTS: readonly [check: string, health: 'warn' | 'fail', words: RegExp, change: Partial<Facts>][] = [
  [
    'links',
    'warn',
    /12 transactions are not processed, and those of 3 runs .*; 2 wait for the end/,
    { links: { behind: 12, todo: 3, waiting: 2 } },
  ],
  ['schema', 'warn', /revision 1.*migrate/, { identity: { ...WELL.identity, schema_version: 1 } }],
  ['schema', 'warn', /newer.*upgrade/, { identity: { ...WELL.identity, schema_version: 9 } }],
  [
    'identity',
    'fail',
    /moved to postgres:\/\/db\/lab/,
    { identity: { ...WELL.identity, moved_to: { location: 'postgres://db/lab', time: 1 } } },
  ],
  [
    'identity',
    'warn',
    /last written as \/srv\/p.db on beamline-7/,
    { file: { ...WELL.file!, identity: '8@9' } },
  ],
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
    'code environment',
    'warn',
    /may not use the container engine's socket.*PROVENANCE_IMAGE_REF/,
    {
      sessions: [
        { session, environment: { ...environment, reasons: { 'image.name': 'engine_permission' } } },
      ],
    },
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
  ['spool', 'warn', /not on this machine, and its workers have reported none/, elsewhere(undefined)],
  [
    'spool',
    'warn',
    /measurements on beamline-9: 512 bytes waited since 1970-01-01T12.* in \/var\/spool\/lab at 1970-01-02/,
    elsewhere({ waiting_bytes: 512, oldest_time: 43_200 }),
  ],
  ['spool', 'fail', /beamline-9: 4 records were dropped/, elsewhere({ dropped: 4 })],
  [
    'spool',
    'fail',
    /beamline-9: the spool \/var\/spool\/lab cannot be used \(EROFS\).*lost when the worker ends.*spool\.folder/,
    elsewhere({ usable: false, reason: 'EROFS' }),
  ],
  [
    'spool',
    'fail',
    /the spool \/srv\/p.db.spool cannot be used/,
    {
      sessions: [
        {
          session: {
            ...session,
            spool: { folder: '/srv/p.db.spool', usable: false, waiting_bytes: 0, dropped: 0, time: 1 },
          },
          environment,
        },
      ],
    },
  ],
  [
    'data flow',
    'warn',
    /3 runs of workflows without the plugin's module are linked only by equal strings: bundle/,
    capture({ data_flow: { runs: { sandbox: 9, values: 3 } } }),
  ],
  [
    'data flow',
    'warn',
    /1 run of workflows without the plugin's module are not linked.*start.*capture\.lookup/,
    capture({ data_flow: { runs: { start_unread: 1 } } }),
  ],
  [
    'data flow',
    'warn',
    /2 runs of workflows without the plugin's module are not linked.*too large/,
    capture({ data_flow: { runs: { start_too_large: 2 } } }),
  ],
  [
    'data flow',
    'warn',
    /in 9 runs results are elsewhere/,
    capture({ data_flow: { runs: { sandbox: 9 }, sandbox_lacks: 'results are elsewhere' } }),
  ],
  ['workers', 'warn', /no worker with the plugin has used this store/, { sessions: [] }],
  [
    'workers',
    'warn',
    /none has recorded a run/,
    { counts: { runs: 0, open: 0, executions: 0, refusals: 0 } },
  ],
  [
    'set-up',
    'fail',
    /failed 2 times.*recorded nothing: Error: broken/,
    { losses: [{ loss: 'set-up', count: 2, last_time: 1, detail: 'Error: broken' }] },
  ],
  [
    'other plugins',
    'warn',
    /measurements on beamline-7: a plugin after ProvenancePlugin \(tracing\) replaced.*Put ProvenancePlugin last/,
    capture({ other_plugins: { did: 'replaced', after: ['tracing'] } }),
  ],
  [
    'capture rules',
    'warn',
    /excludes all activities that it does not name/,
    { sessions: [{ session: { ...session, detail: { capture: [['*', false]] } }, environment }] },
  ],
  [
    'open runs',
    'warn',
    /4 or more without a recorded end.*reconcile/,
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
  ['registration', 'warn', /registered 2 times/, capture({ registered: 2 })],
  [
    'labs',
    'warn',
    /north, south share/,
    { namespaces: [{ lab: 'default', namespaces: ['north', 'south'] }] },
  ],
];

describe('doctor', () => {
  it('finds no fault in a healthy installation', () => {
    const findings = examine(WELL);
    expect(findings.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(worstOf(findings)).toBe('ok');
  });

  it.each(FAULTS)('names a fault of %s (%s)', (check, health, words, change) => {
    const findings = examine({ ...WELL, ...change }).filter((finding) => finding.health !== 'ok');
    // A set-up that failed is a loss as well.
    const checks = new Set(findings.map((finding) => finding.check));
    if (check === 'set-up') checks.delete('losses');
    expect([...checks]).toEqual([check]);
    expect(findings[0]).toMatchObject({ health, words: expect.stringMatching(words) });
    expect(worstOf(findings)).toBe(health);
  });

  it('judges a worker by its last session, and reports a fault of many workers once', () => {
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

describe('the first line', () => {
  const at = (facts: Partial<Facts>, now = 181) => summaryOf({ ...WELL, ...facts }, now);

  it('says what is captured, from which workers, since when, and when last', () => {
    expect(at({})).toBe('Captured: 1 worker (queue measurements), since 1970-01-01; last run 3 minutes ago.');
    const ended = { ...session, host: 'b', task_queue: 'analysis', stop_time: 9 };
    const sessions = [session, ended, ended].map((one) => ({ session: one, environment }));
    expect(at({ sessions }, 90_001)).toBe(
      'Captured: 2 workers (queues measurements, analysis), since 1970-01-01; last run 1 day ago.',
    );
    expect(at({ sessions: sessions.slice(1), last_run_time: undefined })).toBe(
      'Captured: 1 worker (queue analysis), since 1970-01-01; no run yet; none is running now.',
    );
  });

  it('says that nothing is captured, and how to begin, if no worker is known', () => {
    expect(at({ sessions: [], counts: { ...WELL.counts, runs: 0 } })).toMatch(
      /^Nothing is captured: no worker .*plugins: \[new ProvenancePlugin\(\)\]/,
    );
    expect(at({ sessions: [] })).toMatch(/^Nothing is captured: .*its 5 runs come from histories/);
  });
});

it('does not say that a spool on another machine is empty', () => {
  const words = examine({ ...WELL, ...elsewhere({}) })
    .filter(({ check }) => check === 'spool')
    .map((finding) => finding.words);
  expect(words).toEqual([
    'not on this machine',
    'measurements on beamline-9: nothing waited in /var/spool/lab at 1970-01-02T00:00:00Z',
  ]);
});
