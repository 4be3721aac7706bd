import { describe, expect, it } from 'vitest';
import { DataFlow, type Passed } from '../../interceptors/workflow/lineage/data-flow';
import { ARGUMENT_WALK, SANDBOX_LINEAGE } from '../../src/model/flow-limits';

const NOTHING = { parts: [], partial: false };

/** A workflow's data flow; activities return what their JSON says. */
function workflow() {
  const flow = new DataFlow();
  return {
    flow,
    returns<T>(activity_id: string, value: T): T {
      flow.returned(value, { activity_id, from: 'result' });
      return value;
    },
    passes: (...args: unknown[]) => lines(flow.passed(args)),
  };
}

function lines({ parts, partial }: Passed): string[] {
  const said = parts.map(
    ({ run_id, activity_id = 'result', evidence, from, to }) =>
      `${run_id ? `${run_id}/` : ''}${activity_id} ${evidence === 'identity' ? '' : `(${evidence}) `}${from} → ${to}`,
  );
  return partial ? [...said, 'partial'] : said;
}

describe('an object that an activity returned is recognised', () => {
  it('as a whole, by its parts, through destructuring and array elements', () => {
    const { returns, passes } = workflow();
    const made = returns('1', { file: { name: 'a' }, list: [{ n: 1 }, { n: 2 }] });
    expect(passes(made)).toEqual(['1 result → args[0]']);
    const { file, list } = made;
    expect(passes({ mine: file }, 3, [list[1]])).toEqual([
      '1 result.file → args[0].mine',
      '1 result.list[1] → args[2][0]',
    ]);
  });

  it('in a spread copy by its elements, not as a whole', () => {
    const { returns, passes } = workflow();
    const made = returns('1', { a: { n: 1 }, b: 2 });
    expect(passes({ ...made })).toEqual(['1 result.a → args[0].a']);
    const list = returns('2', [{ n: 1 }, 7]);
    expect(passes([...list])).toEqual(['2 result[0] → args[0][0]']);
  });

  it('after a change; an object that was put into it has a link of its own', () => {
    const { returns, passes } = workflow();
    const first = returns('1', { part: { n: 1 } } as Record<string, unknown>);
    const second = returns('2', { inner: { n: 2 } });
    first.n = 7;
    first.added = second.inner;
    expect(passes(first)).toEqual(['1 result → args[0]', '2 result.inner → args[0].added']);
  });

  it('down to four levels, and not below', () => {
    const { returns, passes } = workflow();
    const deep = returns('1', { a: { b: { c: { d: { e: {} } } } } });
    expect(passes(deep.a.b.c.d)).toEqual(['1 result.a.b.c.d → args[0]']);
    expect(passes(deep.a.b.c.d.e)).toEqual(['partial']);
  });

  it('among 5,000 gathered objects', () => {
    const { returns, passes } = workflow();
    const all = Array.from({ length: 5_000 }, (_, n) => returns(String(n + 1), { path: `/data/${n}.tif` }));
    const found = passes(all);
    // The list is an object of its own.
    expect(found.filter((line) => line !== 'partial')).toHaveLength(ARGUMENT_WALK.most_objects - 1);
    expect(found[4_998]).toBe('4999 result → args[0][4998]');
  });

  it('not in numbers, flags, dates, names and enums', () => {
    const { returns, passes } = workflow();
    const made = returns('1', {
      n: 17,
      ok: true,
      at: '2026-11-30T10:00:00Z',
      name: 'Ada Lovelace',
      mode: 'HIGH_GAIN',
      none: null,
    });
    expect(passes(made.n, made.ok, made.at, made.name, made.mode, made.none)).toEqual([]);
  });

  it('not if two results are one object: a converter that interns would name the wrong producer', () => {
    const { returns, passes } = workflow();
    const shared = { status: 'ok', inner: { n: 1 } };
    returns('1', shared);
    returns('2', shared);
    expect(passes(shared)).toEqual(['partial']);
    expect(passes(shared.inner)).toEqual(['partial']);
  });
});

describe('a string that means something', () => {
  it('links if one activity has returned it', () => {
    const { returns, passes } = workflow();
    const { path } = returns('1', { path: '/data/a.tif' });
    expect(passes({ in: path })).toEqual(['1 (value) result.path → args[0].in']);
    expect(passes(returns('2', 's3://bucket/key'))).toEqual(['2 (value) result → args[0]']);
  });

  it('is ambiguous if two activities have returned it', () => {
    const { returns, passes } = workflow();
    returns('1', '/data/a.tif');
    returns('2', { again: '/data/a.tif' });
    expect(passes('/data/a.tif')).toEqual([
      '1 (value-ambiguous) result → args[0]',
      '2 (value-ambiguous) result.again → args[0]',
    ]);
  });

  it('is not attributed to an activity that only repeats it', () => {
    const { flow, returns, passes } = workflow();
    flow.arrived(['/data/given.tif'], NOTHING);
    returns('1', { path: '/data/given.tif' });
    expect(passes('/data/given.tif')).toEqual([]);
    expect(passes('/data/constant.tif')).toEqual([]);
    returns('2', { path: '/data/constant.tif' });
    expect(passes('/data/constant.tif')).toEqual([]);
    returns('3', '/data/made.tif');
    expect(passes('/data/made.tif')).toEqual(['3 (value) result → args[0]']);
    const echo = returns('4', { path: '/data/made.tif' });
    expect(passes(echo.path)).toEqual(['3 (value) result → args[0]']);
    expect(passes(echo)).toEqual(['4 result → args[0]']);
  });

  it('adds nothing to a stronger link to the same activity', () => {
    const { returns, passes } = workflow();
    const made = returns('1', { path: '/data/a.tif' });
    expect(passes(made, made.path)).toEqual(['1 result → args[0]']);
  });

  it('is no evidence again after it was not seen for long', () => {
    const { returns, passes } = workflow();
    returns('1', '/data/old.tif');
    returns(
      '2',
      Array.from({ length: SANDBOX_LINEAGE.known_strings }, (_, n) => `/data/new/${n}.tif`),
    );
    expect(passes('/data/old.tif')).toEqual(['partial']);
    returns('3', '/data/old.tif');
    expect(passes('/data/old.tif')).toEqual(['partial']);
  });
});

describe('a value that arrives with its origin', () => {
  const part = (activity_id: string, from: string, to: string) => ({
    run_id: 'parent',
    activity_id,
    evidence: 'identity' as const,
    from,
    to,
  });

  it('keeps it, parts and strings too, and the innermost origin wins', () => {
    const { flow, passes } = workflow();
    const args = [{ extra: { n: 1, path: '/data/b.tif' }, own: { n: 2 }, path: '/data/a.tif' }] as const;
    const parts = [part('1', 'result', 'args[0]'), part('2', 'result.x', 'args[0].extra')];
    flow.arrived(args, { parts, partial: false });
    expect(passes(args[0].own)).toEqual(['parent/1 result.own → args[0]']);
    expect(passes(args[0].extra)).toEqual(['parent/2 result.x → args[0]']);
    expect(passes(args[0].path, args[0].extra.path)).toEqual([
      'parent/1 (value) result.path → args[0]',
      'parent/2 (value) result.x.path → args[1]',
    ]);
    expect(passes(args[0])).toEqual(['parent/1 result → args[0]', 'parent/2 result.x → args[0].extra']);
  });

  it('is marked as incomplete if the sender could not know all', () => {
    const { flow, passes } = workflow();
    const args = [{ n: 1 }, { n: 2 }, '/data/c.tif'] as const;
    flow.arrived(args, { parts: [part('1', 'result', 'args[0]')], partial: true });
    expect(passes(args[0])).toEqual(['parent/1 result → args[0]']);
    expect(passes(args[1])).toEqual(['partial']);
    expect(passes(args[2])).toEqual(['partial']);
    expect(passes({ own: 1 })).toEqual([]);
  });

  it('is ignored if the path leads nowhere', () => {
    const { flow, passes } = workflow();
    const args = [{ n: 1 }];
    for (const to of ['args[7].x', 'args[0].n.m', 'args[', 'result', 'args[0]["', 'args[0].__proto__'])
      flow.arrived(args, { parts: [part('1', 'result', to)], partial: false });
    expect(passes(args[0])).toEqual([]);
  });
});

describe('a returned value', () => {
  it('is reported part by part', () => {
    const { flow, returns } = workflow();
    const made = returns('1', { file: { path: '/data/a.tif' } });
    expect(lines(flow.reported({ best: made.file, n: 3 }))).toEqual(['1 result.file → result.best']);
    expect(lines(flow.reported(made))).toEqual(['1 result → result']);
    expect(lines(flow.reported('/data/a.tif'))).toEqual(['1 (value) result.file.path → result']);
    expect(lines(flow.reported(7))).toEqual([]);
  });

  it('counts as passed on by no activity', () => {
    const { flow, returns, passes } = workflow();
    flow.reported('/data/a.tif');
    returns('1', '/data/a.tif');
    expect(passes('/data/a.tif')).toEqual(['1 (value) result → args[0]']);
  });
});

describe('values that are not JSON', () => {
  it('have none of their code called', () => {
    const { returns, passes } = workflow();
    const made = returns('1', { n: 1 });
    const called: string[] = [];
    const value = {
      get lazy() {
        called.push('getter');
        return made;
      },
      serialised: { toJSON: () => called.push('toJSON'), made },
      iterable: Object.assign(Object.create({ [Symbol.iterator]: () => called.push('iterator') }), { made }),
      made,
    };
    expect(passes(value)).toEqual(['1 result → args[0].made', 'partial']);
    expect(called).toEqual([]);
  });

  it('are skipped if they throw, and the rest is read', () => {
    const { returns, passes } = workflow();
    const made = returns('1', { n: 1 });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const draft = new Proxy(
      {},
      {
        ownKeys() {
          throw new TypeError("a draft that was finished can't be read");
        },
      },
    );
    expect(passes([draft, revoked.proxy, made])).toEqual(['1 result → args[0][2]', 'partial']);
  });

  it('are taken whole if they are binary', () => {
    const { returns, passes } = workflow();
    const bytes = returns('1', { image: new Uint8Array(1_000_000) });
    expect(passes(bytes.image)).toEqual(['1 result.image → args[0]']);
    expect(passes(new Float64Array(1_000_000))).toEqual([]);
  });

  it('may contain themselves', () => {
    const { returns, passes } = workflow();
    const circle: { self?: object; n: number } = { n: 1 };
    circle.self = circle;
    returns('1', circle);
    expect(passes(circle)).toContain('1 result → args[0]');
    const list: unknown[] = [];
    list.push(list, list);
    expect(() => passes(list)).not.toThrow();
  });

  it('may be enormous: what was read is reported, and that it was not all', () => {
    const { returns, passes } = workflow();
    const nodes = returns(
      '1',
      Array.from({ length: 1_000_000 }, (_, n) => ({ n })),
    );
    expect(passes(nodes[7])).toEqual(['1 result[7] → args[0]']);
    expect(passes(nodes[999_999])).toEqual(['partial']);
    const all = passes(nodes);
    expect(all).toEqual(['1 result → args[0]', 'partial']);
  });

  it('may be long lists of numbers, which are not read', () => {
    const { returns, passes } = workflow();
    const numbers = Array.from({ length: 1_000_000 }, (_, n) => n);
    expect(passes(numbers)).toEqual([]);
    const spectrum = returns('1', { counts: numbers, energies: [...numbers] });
    expect(passes(spectrum.counts, { own: true })).toEqual(['1 result.counts → args[0]']);
  });
});
