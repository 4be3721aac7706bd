import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { stringsOf } from '../../src/data/strings';
import { ValueEvidence } from '../../src/data/value-evidence';
import { createRedactor } from '../../src/redaction/redactor';
import { withheldValues } from '../../src/values/policy';

const NOTHING: ReadonlySet<string> = new Set();
const redactor = createRedactor();
const plain = new ValueEvidence({ redactor });
const keyed = new ValueEvidence({ redactor, withheld: withheldValues(Buffer.from('key of the lab')) });
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

describe('strings of a value as evidence', () => {
  it('are recorded by digest and path, each once, if they mean something', () => {
    const args = ['/data/a.h5', { deep: { list: [1, 'ok', '/data/b.h5'] }, again: '/data/a.h5' }, 7, null];
    expect(plain.of(args, 'args', NOTHING)).toEqual({
      facts: [
        [digest('/data/a.h5'), 'args[0]'],
        [digest('/data/b.h5'), 'args[1].deep.list[2]'],
      ],
      partial: false,
    });
    expect(plain.of('/data/a.h5', 'result', NOTHING).facts).toEqual([[digest('/data/a.h5'), 'result']]);
    expect(plain.of({ 'two words': '/data/a.h5' }, 'result', NOTHING).facts[0]?.[1]).toBe(
      'result["two words"]',
    );
  });

  it('exclude what the execution was given', () => {
    const inbound = plain.inbound([{ folder: { deep: ['/data/in.h5'] } }, 5])!;
    expect(plain.of(['/data/in.h5', '/data/out.h5'], 'args', inbound).facts).toEqual([
      [digest('/data/out.h5'), 'args[1]'],
    ]);
  });

  it('are unknown if the arguments of the execution are too large to read', () => {
    expect(plain.inbound([Array.from({ length: 30_000 }, (_, n) => `/data/${n}.h5`)])).toBeUndefined();
  });

  it('exclude what is masked, by its form or by a name above it', () => {
    const args = [
      'https://ada:correct-horse-9@db.lab/runs',
      { password: 'Correct-Horse-Battery-9' },
      { credentials: { file: '/data/keys/ada.pem', token: 'Correct-Horse-Battery-9' } },
    ];
    const told = plain.of(args, 'args', NOTHING).facts;
    expect(told.map(([, path]) => path)).not.toContain('args[0]');
    expect(told.map(([found]) => found)).not.toContain(digest('Correct-Horse-Battery-9'));
  });

  it('are kept up to 64, and more is reported', () => {
    const { facts, partial } = plain.of(
      Array.from({ length: 65 }, (_, n) => `/data/${n}.h5`),
      'result',
      NOTHING,
    );
    expect([facts.length, partial]).toEqual([64, true]);
  });

  it('are keyed in a lab that encrypts, without names of properties', () => {
    const [[found, path] = ['', '']] = keyed.of({ cancerStudy: ['/data/a.h5'] }, 'result', NOTHING).facts;
    expect(found).toMatch(/^hmac:[0-9a-f]{32}$/);
    expect(path).toMatch(/^result\.h[0-9a-f]{12}\[0\]$/);
    expect(keyed.of(['/data/a.h5'], 'args', NOTHING).facts).toEqual([[found, 'args[0]']]);
  });
});

describe('reading strings of any value', () => {
  const limits = { values: 1_000, depth: 4 };

  it('calls no code of the value', () => {
    const called: string[] = [];
    const note = (what: string) => called.push(what);
    const trap = new Proxy(
      { path: '/data/p.h5' },
      {
        get: () => note('get'),
        ownKeys: () => [String(note('keys'))],
        getPrototypeOf: () => [note('prototype')],
      },
    );
    const value = {
      get file() {
        note('getter');
        return '/data/g.h5';
      },
      toJSON: () => note('toJSON'),
      [Symbol.iterator]: () => note('iterator'),
      trap,
      ofTrap: Object.create(trap) as object,
      bytes: new Uint8Array(1_000_000),
      plain: '/data/own.h5',
    };
    const { strings, partial } = stringsOf(value, 'result', limits);
    expect(strings.map(({ path }) => path)).toEqual(['result.plain']);
    expect([called, partial]).toEqual([[], true]);
  });

  it('ends at cycles, depth and size limits, and says so', () => {
    const circle: { self?: unknown; path: string } = { path: '/data/c.h5' };
    circle.self = circle;
    expect(stringsOf(circle, 'result', limits)).toMatchObject({
      strings: [{ path: 'result.path' }],
      partial: false,
    });
    expect(stringsOf({ a: { b: { c: { d: { e: 'x' } } } } }, 'result', limits)).toEqual({
      strings: [],
      partial: true,
    });
    const many = Array.from({ length: 1_000_000 }, () => 'x');
    const { strings, partial } = stringsOf(many, 'result', limits);
    expect([strings.length, partial]).toEqual([999, true]);
  });
});
