import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeIssues, describeRefusal, formatPath, withoutValues } from '../../src/metadata/issues';

describe('paths', () => {
  it.each([
    [[], '(document)'],
    [['sample', 'name'], 'sample.name'],
    [['hints', 'dimensions', 0, 1], 'hints.dimensions[0][1]'],
    [['a.b', 'c/d'], '["a.b"]["c/d"]'],
    [['', 'x\n'], '[""]["x\\n"]'],
    [[0], '[0]'],
    [['k'.repeat(100)], `["${'k'.repeat(64)}…"]`],
  ])('%j', (path, text) => expect(formatPath(path)).toBe(text));

  it('are one line, and differ if the paths differ', () => {
    const path = fc.array(fc.oneof(fc.nat(9), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 4 });
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(formatPath(a)).not.toMatch(/[\n\r]/);
        if (JSON.stringify(a) !== JSON.stringify(b)) expect(formatPath(a)).not.toBe(formatPath(b));
      }),
    );
  });
});

describe('a refusal', () => {
  it('is one line of paths only', () => {
    const issues = [
      { path: ['operator'], message: 'Canary' },
      { path: ['operator'], message: 'again' },
      { path: ['sample', 'name'], message: 'Canary' },
    ];
    expect(describeRefusal(issues)).toBe('metadata refused (3 issues): operator, sample.name');
    expect(describeIssues(issues.slice(1))).toBe('operator again; sample.name Canary');
    const many = Array.from({ length: 30 }, (_, n) => ({ path: [`f${n}`], message: 'm' }));
    expect(describeRefusal(many)).toMatch(/^metadata refused \(30 issues\): f0, .*f19, and 10 more$/);
  });
});

describe('messages without values', () => {
  it.each([
    ['got "Ada", want a name', ['Ada'], 'got "[value]", want a name'],
    ['got "x"', ['x'], 'got "[value]"'],
    ['x marks it', ['x'], 'x marks it'],
    ['Ada, Adamant and Ada', ['Ada'], '[value], Adamant and [value]'],
    ['7391 of 17391', [7391], '[value] of 17391'],
    ['at most 10', [10], 'at most 10'],
    ['two\n words', ['two words'], '[value]'],
    ['Grace Hopper and Grace', [{ a: ['Grace', 'Grace Hopper'] }], '[value] and [value]'],
    ['null and true', [null, true], 'null and true'],
    [`${'w '.repeat(400)}`, [], `${'w '.repeat(400).slice(0, 500)}…`],
  ] as [string, never[], string][])('%s', (message, values, expected) => {
    expect(withoutValues(message, values)).toBe(expected);
  });
});
