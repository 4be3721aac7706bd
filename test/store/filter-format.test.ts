import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFilter } from '../../src/filter/format';
import { FilterError, parseFilter } from '../../src/filter/parser';
import { filters } from './filter-arbitraries';
import { resolved } from './filter-reference';

describe('formatFilter', () => {
  it('writes a filter that parses into the same tree', () => {
    fc.assert(
      fc.property(filters(), (written) => {
        const filter = resolved(written);
        expect(parseFilter(formatFilter(filter))).toEqual(filter);
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseFilter', () => {
  it('accepts any text without any error but its own', () => {
    const word = fc.constantFrom(
      ...[
        'a',
        'time',
        'AND',
        'OR',
        'NOT',
        '(',
        ')',
        ',',
        '=',
        '!=',
        "'x'",
        '5',
        'IN',
        'IS',
        'NULL',
        '`',
        '"',
        '.',
        '\\',
      ],
      ...['BETWEEN', 'STARTS_WITH', 'ORDER', 'BY', 'DESC', '-', '1e5', '\0', '🙂', '\ud800'],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          parseFilter(written);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
          expect((error as FilterError).message).not.toMatch(/[\r\n]/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
