import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caretAt } from '../../src/filter/caret';
import { formatFilter } from '../../src/filter/format';
import { FilterError } from '../../src/filter/tokens';
import { filters } from './filter-arbitraries';
import { resolved } from './filter-reference';

/** The caret stands at `|`. */
function at(marked: string) {
  const place = marked.indexOf('|');
  return caretAt(marked.replace('|', ''), place);
}

describe('completion at the caret', () => {
  it.each([
    ['|', 'condition', '', undefined],
    ['op|', 'condition', 'op', undefined],
    ['operator |', 'operator', '', ['operator']],
    ['operator !|', 'operator', '!', ['operator']],
    ['operator STARTS|', 'operator', 'STARTS', ['operator']],
    ['operator = |', 'value', '', ['operator']],
    ["operator = 'A|", 'value', 'A', ['operator']],
    ["operator = 'A|da' AND b = 1", 'value', 'A', ['operator']],
    ["operator IN ('Ada', |", 'list-value', '', ['operator']],
    ["operator IN ('Ada' |", 'list-after', '', ['operator']],
    ["operator = 'Ada' |", 'after', '', undefined],
    ["operator = 'Ada' A|", 'after', 'A', undefined],
    ["operator = 'Ada' AND |", 'condition', '', undefined],
    ['time BETWEEN |', 'low', '', ['time']],
    ["time BETWEEN '7d' |", 'between-and', '', ['time']],
    ["time BETWEEN '7d' AND |", 'value', '', ['time']],
    ['sample.na|', 'condition', 'sample.na', undefined],
    ['sample.|', 'condition', 'sample.', undefined],
    ['`first na|', 'condition', 'first na', undefined],
    ['(a = 1 OR |', 'condition', '', undefined],
    ['a IS |', 'is', '', ['a']],
    ['a = 1 ORDER |', 'order-by', '', undefined],
    ['a = 1 ORDER BY t|', 'order-field', 't', undefined],
    ['ORDER BY time |', 'order-after', '', undefined],
    ["uses('|", 'relation', '', undefined],
    ['time > 7|', 'value', '7', ['time']],
    ['time > 7d|', 'value', '7d', ['time']],
  ])('%j', (marked, expected, written, field) => {
    expect(at(marked)).toMatchObject({ expected, written, ...(field && { field }) });
  });

  it('replaces the whole word at the caret', () => {
    const text = "oper = 'Ada' AND b = 1";
    expect(caretAt(text, 2)).toMatchObject({ from: 0, to: 4, written: 'op' });
    expect(caretAt(text, 9)).toMatchObject({ from: 7, to: 12, quote: "'", written: 'A' });
  });

  it('is not offered after words that no filter has', () => {
    expect(at("operator 'Ada' |")).toBeUndefined();
    expect(at('a = 1) = |')).toBeUndefined();
  });

  it('is known at each place of each filter', () => {
    const texts = filters().map((written) => formatFilter(resolved(written)));
    fc.assert(
      fc.property(texts, fc.nat(), (text, any) => {
        const place = any % (text.length + 1);
        const caret = caretAt(text, place);
        expect(caret).toBeDefined();
        expect(caret!.from).toBeLessThanOrEqual(place);
        expect(caret!.to).toBeGreaterThanOrEqual(place);
      }),
      { numRuns: 1000 },
    );
  });

  it('accepts any text without any error but its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, any) => {
        try {
          caretAt(text, any % (text.length + 1));
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
