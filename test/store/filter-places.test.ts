import { describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import { formatFilter } from '../../src/filter/format';
import { parseFilter } from '../../src/filter/parser';
import { parsePlace } from '../../src/filter/place';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import { seeValues } from '../../src/model/value-path';
import { faultOf, optionSchemas } from '../../src/options/schema';

describe('a place in results or arguments', () => {
  it.each([
    ['temporal.result.chi2', 'result', ['chi2']],
    ['temporal.result', 'result', []],
    ['temporal.args[0].sample', 'args', [0, 'sample']],
    ['args[12]', 'args', [12]],
    ['result.files[3].path', 'result', ['files', 3, 'path']],
    ['temporal.result.`odd key`[1][2]', 'result', ['odd key', 1, 2]],
  ])('is named by %s', (name, of, steps) => {
    expect(parsePlace(name)).toEqual({ of, steps });
    const text = `${name} = 1`;
    expect(parseFilter(formatFilter(parseFilter(text)))).toEqual(parseFilter(text));
  });

  it('has a short name that metadata may have as well, unless it goes into a list', () => {
    const place = { of: 'result', steps: ['chi2'] };
    expect(RUN_FIELDS.resolve(['result', 'chi2'])).toEqual({
      kind: 'metadata',
      path: ['result', 'chi2'],
      otherwise: place,
    });
    expect(RUN_FIELDS.resolve(['start', 'result', 'chi2'])).toEqual({
      kind: 'metadata',
      path: ['result', 'chi2'],
    });
    expect(parseFilter(formatFilter(parseFilter('start.result.chi2 = 1')))).toEqual(
      parseFilter('start.result.chi2 = 1'),
    );
    expect(RUN_FIELDS.resolve(['result', '[0]'])).toEqual({
      kind: 'value',
      path: { of: 'result', steps: [0] },
    });
    expect(RUN_FIELDS.resolve(['temporal', 'result', 'chi2'])).toEqual({ kind: 'value', path: place });
  });

  it.each([
    ['args.sample', undefined],
    ['sample[0]', undefined],
    ['temporal.args.sample', undefined],
    ['temporal.result."x"', undefined],
    ['operator', undefined],
    ['result.chi2 ', undefined],
  ])('is not named by %s', (name, place) => {
    expect(parsePlace(name)).toBe(place);
  });

  it.each([
    ['sample[0] = 1', /column 1, at "sample\[0\]": this field can't be searched/],
    ['args[x] = 1', /column 5, at "\[x\] = 1": write an index from 0 in brackets/],
    ['temporal.args = 1', /can't be searched/],
  ])('reports what is wrong with %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });

  it('belongs to runs, not to executions', () => {
    expect(() => parseFilter('args[0].x = 1', EXECUTION_FIELDS)).toThrow(/can't be searched/);
  });

  it('is found through lists and marks, and by the value that hides it', () => {
    const digest = { digest: 'sha256:0', size_bytes: 20_000, type: 'object' };
    const value = { files: [{ path: 'a' }, digest], when: { $js: 'Date', value: '2026' }, key: '[redacted]' };
    expect(seeValues(value, ['files', 'path'])).toEqual({ values: ['a'], unseen: true });
    expect(seeValues(value, ['files', 0, 'path'])).toEqual({ values: ['a'], unseen: false });
    expect(seeValues(value, ['when'])).toEqual({ values: ['2026'], unseen: false });
    expect(seeValues(value, ['key'])).toEqual({ values: ['[redacted]'], unseen: true });
    expect(seeValues(value, ['none'])).toEqual({ values: [], unseen: false });
  });

  it('is accepted by the option `indexed`, for all labs and for one', () => {
    const { file } = optionSchemas();
    expect(
      faultOf(file, { indexed: ['result.chi2'], labs: { hall: { indexed: ['args[0].x'] } } }),
    ).toBeUndefined();
    expect(faultOf(file, { indexed: ['chi2'] })).toMatch(
      /option indexed\.0: 'chi2' is not a path in a result/,
    );
    const many = Array.from({ length: 33 }, (_, i) => `result.p${i}`);
    expect(faultOf(file, { indexed: many })).toBe('option indexed: at most 32 places');
  });
});
