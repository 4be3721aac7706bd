/** The rules by which facts become links, apart from any store. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastOf, retried } from '../../src/lineage/attempts';
import { contentProducers, MAX_CONTENT_CANDIDATES } from '../../src/lineage/content';
import { generatedBy, usedInto, type Writers } from '../../src/lineage/data-links';
import { type Givers, informedInto } from '../../src/lineage/informed';
import { LinkSet, MAX_LINK_PATHS } from '../../src/lineage/links';
import {
  changeTime,
  fileStamp,
  isKnownVersion,
  memberDirection,
  memberUri,
  versionKey,
} from '../../src/lineage/names';
import { below, composed } from '../../src/lineage/paths';
import { type SeenValue, valuesInto } from '../../src/lineage/values';
import type { Use, Worker, Writing } from '../../src/lineage/writings';
import type { Origin } from '../../src/model/data';
import type { Predecessor } from '../../src/model/documents';
import { certainEvidence, EVIDENCE, LINK_KINDS } from '../../src/model/link';

const worker = (node: number, about: Partial<Worker> = {}): Worker => ({
  node,
  uid: `u${String(node).padStart(6, '0')}`,
  activity: `a${node}`,
  ...about,
});
const wrote = (by: Worker, version: number, time: number, about: Partial<Writing> = {}): Writing => ({
  by,
  version,
  artifact: 1,
  time,
  known: true,
  ...about,
});
const use = (about: Partial<Use> = {}): Use => ({
  version: 50,
  artifact: 1,
  evidence: EVIDENCE.uri,
  time: 100,
  known: true,
  paths: ['args[0]'],
  ...about,
});
const nobody: Writers = { isProduced: () => false, sameContent: () => [], lastBefore: () => [] };

describe('paths', () => {
  const step = fc.oneof(
    fc.constantFrom('a', 'b', 'ab').map((key) => `.${key}`),
    fc.nat(3).map((index) => `[${index}]`),
  );
  const path = fc.array(step, { maxLength: 4 }).map((steps) => `result${steps.join('')}`);

  it('are below another only at a border between two steps', () => {
    expect(below('result.ab', 'result.a')).toBeUndefined();
    expect(below('result[12]', 'result[1]')).toBeUndefined();
    expect(below('result.a[1]', 'result.a')).toBe('[1]');
    expect(below('result', 'result')).toBe('');
  });

  it('of two steps are joined, with the deeper part', () => {
    expect(composed(['result.x', 'result.a.b'], ['result.a', 'args[0]'])).toEqual(['result.x', 'args[0].b']);
    expect(composed(['result.x', 'result.a'], ['result.a.b', 'args[0]'])).toEqual(['result.x.b', 'args[0]']);
    expect(composed(['result.x', 'result.a'], ['result.b', 'args[0]'])).toBeUndefined();
  });

  it('compose exactly if one part contains the other', () => {
    fc.assert(
      fc.property(path, path, (part, passed) => {
        const together = below(part, passed) !== undefined || below(passed, part) !== undefined;
        expect(composed(['result.x', part], [passed, 'args[0]']) !== undefined).toBe(together);
      }),
    );
  });
});

interface Entry {
  earlier: number;
  later: number;
  kind: 'used' | 'informed';
  evidence: number;
  from: string;
}

function setOf(entries: readonly Entry[]): unknown {
  const set = new LinkSet();
  for (const { earlier, later, kind, evidence, from } of entries)
    set.add(earlier, later, kind, evidence, [{ evidence, from, to: 'args[0]' }]);
  return set.all();
}

describe('links', () => {
  const entry: fc.Arbitrary<Entry> = fc.record({
    earlier: fc.nat(3),
    later: fc.nat(3),
    kind: fc.constantFrom('used' as const, 'informed' as const),
    evidence: fc.constantFrom(...Object.values(EVIDENCE)),
    from: fc.constantFrom('result', 'result.a', ''),
  });

  it('are the same for every order of their evidence', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.infiniteStream(fc.nat()), (entries, keys) => {
        const shuffled = entries.map((one) => ({ one, key: keys.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        expect(setOf(shuffled.map(({ one }) => one))).toEqual(setOf(entries));
      }),
    );
  });

  it('are certain if one of several values is certain', () => {
    const set = new LinkSet();
    set.add(1, 2, 'informed', EVIDENCE['value-ambiguous']);
    set.add(1, 2, 'informed', EVIDENCE.value);
    expect(certainEvidence(set.all()[0]!.evidence)).toBe(EVIDENCE.value);
  });

  it('join no node to itself, and keep a bounded number of paths', () => {
    const set = new LinkSet();
    set.add(1, 1, 'informed', EVIDENCE.identity);
    const paths = Array.from({ length: 500 }, (_, i) => ({ evidence: 1, from: `result[${i}]`, to: 'args' }));
    set.add(1, 2, 'informed', EVIDENCE.identity, paths);
    expect(set.all().map(({ paths }) => paths.length)).toEqual([MAX_LINK_PATHS]);
  });
});

describe('a run that was given a value', () => {
  const identity = (about: Partial<Predecessor>): Predecessor => ({
    run_id: 'e',
    evidence: 'identity',
    ...about,
  });
  const givers = (about: Partial<Givers>): Givers => ({
    completed: () => undefined,
    origins: () => undefined,
    uncaptured: () => undefined,
    ...about,
  });
  const from = (activity_id: string, path: string, inner = 'result'): Origin => ({
    path,
    run_id: 'e',
    activity_id,
    from: inner,
    evidence: 'identity',
  });

  it('is informed by the completed run of the activity, with the paths of both ends', () => {
    const paths: Predecessor['paths'] = [['result.x', 'args[0]']];
    const { links, wanted } = informedInto(
      9,
      [identity({ activity_id: '1', paths })],
      [],
      givers({ completed: () => 4 }),
    );
    expect(links.all()).toEqual([
      {
        earlier: 4,
        later: 9,
        kind: LINK_KINDS.informed,
        evidence: EVIDENCE.identity,
        paths: [{ evidence: EVIDENCE.identity, from: 'result.x', to: 'args[0]' }],
      },
    ]);
    expect(wanted).toEqual([]);
  });

  it('waits for an activity that has not completed', () => {
    const { links, wanted } = informedInto(9, [identity({ activity_id: '1' })], [], givers({}));
    expect(links.all()).toEqual([]);
    expect(wanted).toMatchObject([{ run_id: 'e', activity_id: '1', update_id: '', later: 9, evidence: 1 }]);
  });

  it('is informed through the result of an execution, by path', () => {
    const origins = [from('1', 'result.a', 'result.q'), from('2', 'result.b')];
    const known = givers({ origins: () => origins, completed: (_, id) => Number(id) });
    const { links } = informedInto(9, [identity({ paths: [['result.a', 'args[0]']] })], [], known);
    expect(links.all()).toMatchObject([{ earlier: 1, paths: [{ from: 'result.q', to: 'args[0]' }] }]);
    const whole = informedInto(9, [identity({})], [], known);
    expect(whole.links.all().map(({ earlier }) => earlier)).toEqual([1, 2]);
  });

  it('has the weaker evidence of two steps', () => {
    const doubtful: Origin = { ...from('1', 'result'), evidence: 'value-ambiguous' };
    const known = givers({ origins: () => [doubtful], completed: () => 1 });
    const [link] = informedInto(9, [identity({})], [], known).links.all();
    expect(certainEvidence(link!.evidence)).toBe(0);
  });

  it('is informed by an execution only if nothing inside is captured, and keeps waiting for its origins', () => {
    const stranger = givers({ uncaptured: () => 6 });
    const { links, wanted } = informedInto(9, [identity({})], [], stranger);
    expect(links.all()).toMatchObject([{ earlier: 6, later: 9 }]);
    expect(wanted).toMatchObject([{ run_id: 'e', activity_id: '', update_id: '' }]);
    expect(informedInto(9, [identity({})], [], givers({})).links.all()).toEqual([]);
  });

  it('gets paths that had no room in its header', () => {
    const { links } = informedInto(
      9,
      [identity({ activity_id: '1' })],
      [from('1', 'args[0].file', 'result.file')],
      givers({ completed: () => 1 }),
    );
    expect(links.all()).toMatchObject([
      { earlier: 1, paths: [{ evidence: 1, from: 'result.file', to: 'args[0].file' }] },
    ]);
  });
});

describe('data that a run used', () => {
  const run = worker(9);

  it('is the version itself if its signature is known', () => {
    expect(usedInto(run, [use()], nobody).all()).toMatchObject([{ earlier: 50, later: 9, kind: 1 }]);
  });

  it('gets no producer by content if the version itself has one', () => {
    const writers = { ...nobody, isProduced: () => true, sameContent: () => [wrote(worker(1), 60, 10)] };
    expect(
      usedInto(run, [use()], writers)
        .all()
        .map(({ earlier }) => earlier),
    ).toEqual([50]);
  });

  it('comes from the one activity that generated the same bytes before', () => {
    const writers = {
      ...nobody,
      sameContent: () => [wrote(worker(1), 60, 10), wrote(worker(2), 61, 200)],
    };
    expect(usedInto(run, [use()], writers).all()).toMatchObject([
      { earlier: 50, evidence: EVIDENCE.uri },
      { earlier: 60, evidence: EVIDENCE.content, paths: [{ to: 'args[0]' }] },
    ]);
  });

  it('comes from the activity that generated them under this name, whoever made a copy', () => {
    const writings = [wrote(worker(1), 60, 10), wrote(worker(2), 61, 20, { artifact: 2 })];
    const found = contentProducers(run, use(), writings);
    expect(found).toMatchObject({ ambiguous: false, producers: [{ version: 60 }] });
  });

  it('is ambiguous if several fit, and names a bounded number of them', () => {
    const writings = Array.from({ length: 60 }, (_, i) =>
      wrote(worker(100 + i), 200 + i, i, { artifact: 2 }),
    );
    const { producers, ambiguous } = contentProducers(run, use(), writings);
    expect({ ambiguous, count: producers.length }).toEqual({
      ambiguous: true,
      count: MAX_CONTENT_CANDIDATES,
    });
    expect(producers[0]!.version).toBe(259);
  });

  it('counts the attempts of one activity as one producer, by its last write, and never its own activity', () => {
    const attempts = [1, 2].map((n) => worker(n, { activity: 'same' }));
    const writings = attempts.map((by, i) => wrote(by, 60 + i, 10 + i));
    expect(contentProducers(run, use(), writings)).toMatchObject({
      ambiguous: false,
      producers: [{ version: 61 }],
    });
    const own = [wrote(worker(3, { activity: run.activity }), 70, 10)];
    expect(contentProducers(run, use(), own).producers).toEqual([]);
  });

  it('has no producer by content that was given the same bytes, unless it wrote this name', () => {
    const copy = wrote(worker(1), 60, 10, { artifact: 2, copied: true });
    expect(contentProducers(run, use(), [copy]).producers).toEqual([]);
    const maker = wrote(worker(2), 61, 5, { artifact: 3 });
    expect(contentProducers(run, use(), [copy, maker])).toMatchObject({
      ambiguous: false,
      producers: [{ version: 61 }],
    });
    const named = { ...copy, artifact: 1 };
    expect(contentProducers(run, use(), [named, maker]).producers).toMatchObject([{ version: 60 }]);
  });

  it('without a look has no writer by its name if others were given the name', () => {
    const writers = { ...nobody, lastBefore: () => [wrote(worker(2), 61, 10)] };
    const earlier = (...informed: (readonly [by: number, to: string])[]) => {
      const links = new LinkSet();
      for (const [by, to] of informed)
        links.add(by, 9, 'informed', EVIDENCE.identity, [{ evidence: 1, from: 'result', to }]);
      return usedInto(run, [use({ known: false, paths: ['args[0].uri'] })], writers, links.all())
        .all()
        .map((link) => link.earlier);
    };
    expect(earlier([2, 'args[0]'])).toEqual([61]);
    expect(earlier([1, 'args[1]'])).toEqual([61]);
    expect(earlier([1, 'args[0]'])).toEqual([50]);
    expect(earlier([1, 'args[0].uri'], [2, 'args[0].uri'])).toEqual([50]);
  });

  it('is the last write under its name if nothing is known of it', () => {
    const writers = { ...nobody, lastBefore: () => [wrote(worker(1), 60, 10), wrote(worker(2), 61, 10)] };
    const links = usedInto(run, [use({ known: false })], writers).all();
    expect(links).toMatchObject([{ earlier: 61, evidence: EVIDENCE.uri }]);
    expect(usedInto(run, [use({ known: false })], nobody).all()).toMatchObject([{ earlier: 50 }]);
  });

  it('of a known version comes from a writer of an unknown one, and from no writer of another known one', () => {
    const by = (known: boolean) => ({ ...nobody, lastBefore: () => [wrote(worker(1), 60, 10, { known })] });
    expect(
      usedInto(run, [use()], by(false))
        .all()
        .map(({ earlier }) => earlier),
    ).toEqual([50, 60]);
    expect(
      usedInto(run, [use()], by(true))
        .all()
        .map(({ earlier }) => earlier),
    ).toEqual([50]);
  });

  const writing = fc.record({ node: fc.nat(4), version: fc.nat(5), artifact: fc.nat(2), time: fc.nat(150) });

  it('has producers in every order of records, never after its own time', () => {
    fc.assert(
      fc.property(fc.array(writing, { maxLength: 8 }), (drawn) => {
        const writings = drawn.map(({ node, version, artifact, time }) =>
          wrote(worker(node), version, time, { artifact }),
        );
        const found = contentProducers(run, use(), writings);
        const reverse = contentProducers(run, use(), [...writings].reverse());
        const said = (one: typeof found) => one.producers.map(({ by, time }) => [by.uid, time]);
        expect(said(reverse)).toEqual(said(found));
        expect(found.producers.every(({ time }) => time < 100)).toBe(true);
        if (!found.ambiguous) expect(found.producers.length).toBeLessThan(2);
      }),
    );
  });
});

describe('data that a run generated', () => {
  const into = (evidence: number, in_doubt: boolean) =>
    generatedBy(worker(9), [{ version: 50, artifact: 1, evidence, time: 20, in_doubt }]).all()[0]!;

  it('is a link from the run to the version', () => {
    expect(into(EVIDENCE.uri, false)).toMatchObject({ earlier: 9, later: 50, kind: LINK_KINDS.generated });
  });

  it('is no link if another run wrote the name at the same time, unless the run declared it', () => {
    const { uri, observed, declared } = EVIDENCE;
    const standing = (evidence: number) => certainEvidence(into(evidence, true).evidence);
    expect([uri, observed, uri | observed, declared, uri | declared].map(standing)).toEqual([
      0,
      0,
      0,
      declared,
      declared,
    ]);
  });
});

describe('an equal string without a sandbox module', () => {
  const run = worker(9);
  const values = [{ digest: 'd', path: 'args[0]' }];
  const seen = (about: Partial<SeenValue>) => (): SeenValue => ({
    first_argument_time: 100,
    producers: [{ by: worker(1), path: 'result', time: 50 }],
    ...about,
  });
  const into = (about: Partial<SeenValue>) => valuesInto(run, 100, values, seen(about)).all();

  it('links the one activity that returned it', () => {
    expect(into({})).toMatchObject([
      { earlier: 1, evidence: EVIDENCE.value, paths: [{ from: 'result', to: 'args[0]' }] },
    ]);
  });

  it('links nothing if it was an argument before, or came later', () => {
    expect(into({ first_argument_time: 40 })).toEqual([]);
    expect(into({ producers: [{ by: worker(1), path: 'result', time: 101 }] })).toEqual([]);
  });

  it('is ambiguous if two activities returned it, but not two attempts of one', () => {
    const second = (activity: string) => ({ by: worker(2, { activity }), path: 'result', time: 60 });
    const first = { by: worker(1), path: 'result', time: 50 };
    expect(into({ producers: [first, second('a2')] }).map(({ evidence }) => evidence)).toEqual([
      EVIDENCE['value-ambiguous'],
      EVIDENCE['value-ambiguous'],
    ]);
    expect(into({ producers: [first, second('a1')] })).toMatchObject([
      { earlier: 2, evidence: EVIDENCE.value },
    ]);
  });
});

describe('attempts', () => {
  const attempt = (uid: string, number: number, scheduled_time: number) => ({
    uid,
    attempt: number,
    scheduled_time,
    time: scheduled_time,
  });

  it('are retries of the attempt before, also if a reset counts from 1 again', () => {
    const others = [attempt('a', 1, 10), attempt('b', 1, 30), attempt('c', 1, 50)];
    expect(retried(attempt('r', 2, 40), others)?.uid).toBe('b');
    expect(retried(attempt('r', 1, 40), others)).toBeUndefined();
    expect(retried(attempt('r', 3, 40), others)).toBeUndefined();
  });

  it('have one that counts, the last', () => {
    expect(lastOf([attempt('a', 1, 10), attempt('b', 1, 10), attempt('c', 1, 5)])?.uid).toBe('b');
    expect(lastOf([])).toBeUndefined();
  });
});

describe('names of data', () => {
  it('have a version by signature, by digest, by the run that wrote it, or an unknown one', () => {
    const key = (about: object) => versionKey({ direction: 'used', ...about }, 'uid');
    expect([key({ signature: 's', sha256: 'd' }), key({ sha256: 'd' }), key({})]).toEqual([
      's',
      'sha256:d',
      '',
    ]);
    expect(key({ direction: 'generated' })).toBe('run:uid');
    expect(['s', 'sha256:d', '', 'run:uid'].map(isKnownVersion)).toEqual([true, true, false, false]);
  });

  it('share the stamp of a file except for its change of status, in nanoseconds', () => {
    const signature = 'host:66306:4711:120:1790000000000000000:1790000001500000000';
    expect(fileStamp(signature)).toBe('host:66306:4711:120:1790000000000000000:');
    expect(changeTime(signature)).toBe(1_790_000_001.5);
    expect(changeTime('etag:12')).toBeUndefined();
  });

  it('make a member of a directory that is older than the run a mention', () => {
    const of = (ns: string) =>
      memberDirection({ direction: 'generated' }, { name: 'a', signature: ns }, 1_790_000_000);
    expect(of('h:1790000001000000000')).toBe('generated');
    expect(of('h:1789999990000000000')).toBe('mentioned');
    expect(
      memberDirection(
        { direction: 'used' },
        { name: 'a', signature: 'h:1789999990000000000' },
        1_790_000_000,
      ),
    ).toBe('used');
  });

  it('of members are below their directory, or are URIs of their own', () => {
    expect(memberUri('file://h/d', 'x/y ?.csv')).toBe('file://h/d/x/y%20%3F.csv');
    expect(memberUri('file://h/d/', 'y.csv')).toBe('file://h/d/y.csv');
    expect(memberUri('collection:1', 's3://bucket/y.csv')).toBe('s3://bucket/y.csv');
  });
});
