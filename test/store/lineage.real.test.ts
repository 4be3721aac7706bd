/** What is read of links and data, on both databases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACT_FIELDS } from '../../src/filter/artifact-fields';
import { parseFilter } from '../../src/filter/parser';
import { EVIDENCE, LINK_KINDS } from '../../src/model/link';
import type { LinkSelection, WalkQuery } from '../../src/store/interface/lineage-reading';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { digestOf, type GraphSketch, MORNING, putGraph } from '../questions/lineage-kit';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';
import { uidOf } from './runs';

const ALL_EVIDENCE = Object.values(EVIDENCE).filter((bit) => bit < EVIDENCE['content-ambiguous']);
const FLOW: LinkSelection = {
  kinds: [LINK_KINDS.used, LINK_KINDS.generated, LINK_KINDS.informed, LINK_KINDS.derived],
  evidence: ALL_EVIDENCE.reduce((sum, bit) => sum | bit, 0),
};

/**
 * raw (v1) → r1 → v2 → r2 → v3 → r4, r3 → r4 by value; r5 only by ambiguous content; r6 came from what an execution returned,
 * which r7 belongs to; r8 is a retry of r3.
 */
const GRAPH: GraphSketch = {
  runs: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({
    n,
    temporal: { run_id: n === 7 ? 'child' : 'main', workflow_id: n === 7 ? 'w-child' : 'w' },
  })),
  versions: [
    { uri: 'file://beam/raw/scan.h5', content: 'raw', time: MORNING - 100 },
    {
      uri: 'file://beam/out/model.json',
      site_name: 'models/model.json',
      content: 'model',
      time: MORNING + 15,
    },
    { uri: 'file://beam/out/report.html', content: 'report', time: MORNING + 25 },
    { uri: 's3://bucket/remote', type: 'remote', missing: 'remote', signature: '' },
    { uri: 'file://beam/raw', type: 'directory', content: 'folder' },
    { uri: 's3://bucket/joined', type: 'remote', missing: 'remote', signature: '' },
  ],
  links: [
    ['v4', 'r7', 'used', 'uri'],
    ['v1', 'r1', 'used', 'uri'],
    ['r1', 'v2', 'generated', 'uri'],
    ['v2', 'r2', 'used', 'uri', 'content'],
    ['r2', 'v3', 'generated', 'uri'],
    ['v3', 'r4', 'used', 'uri', 'uri-ambiguous', 'content'],
    ['r3', 'r4', 'informed', 'value'],
    ['r5', 'r4', 'informed', 'content', 'content-ambiguous'],
    ['child', 'r6', 'informed', 'identity'],
    ['r7', 'child', 'informed', 'identity'],
    ['r3', 'r8', 'retry-of', 'temporal'],
  ],
  members: [['v5', 'v1', 'scan.h5']],
  paths: [['r3', 'r4', 'informed', 'result.files[3]', 'args[0].path']],
};

describe.each([sqlitePlace(), postgresPlace()])('lineage in $name', (place) => {
  let store: Store;
  let url = '';
  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    await putGraph(url, GRAPH);
    store = await openStore(url, { mode: 'read', create: false });
  });
  afterAll(async () => {
    await store?.close();
    await place.stop();
  });
  const check = (name: string, test: () => Promise<void>) =>
    it(name, async (context) => {
      context.skip(place.missing !== undefined, place.missing);
      await test();
    });

  const node = async (n: number) => (await store.lineage.nodesOf({ uids: [uidOf(n)] }))[0]!;
  const walk = async (query: Partial<WalkQuery> & { run: number }) => {
    const { run, ...rest } = query;
    const { links, ...walked } = await store.lineage.walk({
      from: [await node(run)],
      direction: 'up',
      selection: FLOW,
      ...rest,
    });
    const ends = [...new Set(links.flatMap(({ earlier, later }) => [earlier, later]))];
    const names = new Map<number, string>();
    for (const fact of await store.lineage.nodeFacts(ends))
      names.set(
        fact.node,
        fact.type === 'version'
          ? fact.uri.split('/').at(-1)!
          : fact.type === 'execution'
            ? fact.run_id
            : numberOf(fact.uid),
      );
    const shown = links.map(({ earlier, later }) => `${names.get(earlier)} > ${names.get(later)}`).sort();
    return { links: shown, ...walked };
  };
  const numberOf = (uid: string) => `r${Number.parseInt(uid.slice(-8), 16)}`;

  check('a walk up follows links that stand to their beginning', async () => {
    expect(await walk({ run: 4 })).toEqual({
      links: [
        'model.json > r2',
        'r1 > model.json',
        'r2 > report.html',
        'r3 > r4',
        'report.html > r4',
        'scan.h5 > r1',
      ],
      hubs: [],
      truncated: false,
    });
  });

  check('a walk by levels finds what a closure finds, up to its depth', async () => {
    expect((await walk({ run: 4, depth: 10 })).links).toEqual((await walk({ run: 4 })).links);
    expect((await walk({ run: 4, depth: 2 })).links).toEqual([
      'r2 > report.html',
      'r3 > r4',
      'report.html > r4',
    ]);
  });

  check('a walk down goes the other way', async () => {
    expect((await walk({ run: 1, direction: 'down' })).links).toEqual([
      ...['model.json > r2', 'r1 > model.json', 'r2 > report.html', 'report.html > r4'],
    ]);
  });

  check(
    'ambiguous evidence is shown where it is asked for, and followed only where its twin is named',
    async () => {
      expect((await walk({ run: 4, depth: 1, with_others: true })).links).toEqual([
        'r3 > r4',
        'r5 > r4',
        'report.html > r4',
      ]);
      const selection = { ...FLOW, evidence: EVIDENCE['content-ambiguous'] };
      expect((await walk({ run: 4, selection })).links).toEqual(['r5 > r4']);
    },
  );

  check('evidence that is not asked for is not followed', async () => {
    expect((await walk({ run: 4, selection: { ...FLOW, evidence: EVIDENCE.value } })).links).toEqual([
      'r3 > r4',
    ]);
    expect((await walk({ run: 4, selection: { ...FLOW, evidence: EVIDENCE.content } })).links).toEqual([
      'report.html > r4',
    ]);
    // Its twin cancels the name, not the content.
    expect((await walk({ run: 4, selection: { ...FLOW, evidence: EVIDENCE.uri } })).links).toEqual([]);
  });

  check('kinds that are not asked for are not followed', async () => {
    expect((await walk({ run: 8 })).links).toEqual([]);
    const selection = { ...FLOW, kinds: [LINK_KINDS['retry-of']] };
    expect((await walk({ run: 8, selection })).links).toEqual(['r3 > r8']);
  });

  check('nothing is followed through an execution', async () => {
    expect((await walk({ run: 6 })).links).toEqual(['child > r6']);
    expect((await walk({ run: 6, depth: 5 })).links).toEqual(['child > r6']);
  });

  check('an execution that is asked about is a beginning', async () => {
    const from = await store.lineage.nodesOf({ run_ids: ['child'] });
    expect((await walk({ run: 1, from, direction: 'down' })).links).toEqual(['child > r6']);
  });

  check('as of an instant, later runs and versions are not there', async () => {
    expect((await walk({ run: 1, direction: 'down', as_of: MORNING + 21 })).links).toEqual([
      'model.json > r2',
      'r1 > model.json',
    ]);
    expect((await walk({ run: 1, direction: 'down', as_of: MORNING + 14, depth: 3 })).links).toEqual([]);
  });

  check('the nodes of a walk can be had alone, up to a limit', async () => {
    const from = [await node(4)];
    expect(await store.lineage.reach({ from, direction: 'up', selection: FLOW }, 100)).toHaveLength(7);
    expect(await store.lineage.reach({ from, direction: 'up', selection: FLOW }, 3)).toHaveLength(3);
  });

  check('facts of runs, versions and executions come with their nodes', async () => {
    const [child] = await store.lineage.nodesOf({ run_ids: ['child'] });
    const facts = await store.lineage.nodeFacts([await node(4), 9, 17, child!, 4_000_001]);
    expect(facts.find(({ type }) => type === 'run')).toMatchObject({
      uid: uidOf(4),
      time: MORNING + 40,
      activity_type: 'acquire',
      lab: 'default',
      scan_id: 4,
      workflow_id: 'w',
      run_id: 'main',
      exit_status: 'success',
    });
    expect(facts.filter(({ type }) => type === 'version')).toEqual([
      expect.objectContaining({
        uri: 'file://beam/out/model.json',
        sha256: digestOf('model'),
        size_bytes: 1234,
      }),
      expect.objectContaining({
        uri: 's3://bucket/remote',
        missing: 'remote',
        signature: '',
        kind: 'remote',
      }),
    ]);
    expect(facts.find(({ type }) => type === 'execution')).toMatchObject({
      run_id: 'child',
      workflow_id: 'w-child',
    });
    expect(facts).toHaveLength(4);
  });

  check('versions are found by content, name, URI, identity and the end of a path', async () => {
    const found = async (name: Parameters<Store['lineage']['versions']>[0]) =>
      (await store.lineage.versions(name, 10)).map(({ uri }) => uri.split('/').at(-1));
    const [model] = await store.lineage.versions({ by: 'site_name', site_name: 'models/model.json' }, 10);
    expect(await found({ by: 'sha256', sha256: digestOf('raw') })).toEqual(['scan.h5']);
    expect(await found({ by: 'sha256-part', part: digestOf('raw').slice(0, 8) })).toEqual(['scan.h5']);
    expect(await found({ by: 'uri', uri: 's3://bucket/remote' })).toEqual(['remote']);
    // Its use was joined to the run that wrote it: it stands for nothing.
    expect(await found({ by: 'uri', uri: 's3://bucket/joined' })).toEqual([]);
    expect(await found({ by: 'artifact_id', artifact_id: model!.artifact_id })).toEqual(['model.json']);
    expect(await found({ by: 'end', end: 'model.json' })).toEqual(['model.json']);
    expect(await found({ by: 'end', end: 'odel.json' })).toEqual([]);
    expect((await store.lineage.members(5, 10)).map(({ name, version }) => [name, version.id])).toEqual([
      ['scan.h5', 1],
    ]);
  });

  check('versions are found by a filter', async () => {
    const found = async (where: string) =>
      (await store.lineage.findVersions({ filter: parseFilter(where, ARTIFACT_FIELDS), limit: 10 })).map(
        ({ id }) => id,
      );
    expect(await found("type = 'file'")).toEqual([3, 2, 1]);
    expect(await found("origin = 'unknown' AND type != 'remote'")).toEqual([5, 1]);
    expect(await found(`sha256 = '${digestOf('raw')}'`)).toEqual([1]);
    expect(await found("uri STARTS_WITH 'file://beam/out/' AND NOT name = 'x'")).toEqual([2]);
    expect(await found("generated_by = 'acquire' AND size_bytes > 1000")).toEqual([3, 2]);
    expect(await found('missing IS NOT NULL OR name IS NOT NULL')).toEqual([4, 2]);
    const page = await store.lineage.findVersions({ limit: 2, before: 4 });
    expect(page.map(({ id }) => id)).toEqual([3, 2]);
  });

  check('paths of links are told', async () => {
    const links = (
      await store.lineage.walk({ from: [await node(4)], direction: 'up', selection: FLOW, depth: 1 })
    ).links;
    expect(await store.lineage.linkPaths(links)).toEqual([
      expect.objectContaining({ from_path: 'result.files[3]', to_path: 'args[0].path' }),
    ]);
  });

  check('an execution names its own runs and those of its children', async () => {
    expect(await store.lineage.executionNodes('main', 100)).toHaveLength(8);
    expect(await store.lineage.executionNodes('nowhere', 100)).toEqual([]);
  });
});
