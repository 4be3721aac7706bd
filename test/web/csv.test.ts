import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvRow } from '../../src/web/csv/cells';
import { readCsv } from './csv-reader';

describe('a cell of a CSV file', () => {
  it.each(['=1+1', '+cmd', '-2', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1'])(
    'that begins like a formula (%j) has a quote before it',
    (text) => {
      expect(readCsv(csvRow([text]))).toEqual([[`'${text}`]]);
    },
  );

  it('contains numbers unchanged, objects as JSON, and nothing if a value is absent', () => {
    expect(csvRow([-1.5, true, { a: [1] }, null, undefined, 'x'])).toBe('-1.5,true,"{""a"":[1]}",,,x\r\n');
  });

  it('is read back unchanged, for every content', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (texts) => {
        const [row = []] = readCsv(csvRow(texts));
        expect(row.map((cell) => cell.replace(/^'/, ''))).toEqual(
          texts.map((text) => text.replace(/^'/, '')),
        );
      }),
    );
  });

  it('never begins with a character that starts a formula', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', 'a', ' '),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        expect(csvCell(text)).not.toMatch(/^"?[=+\-@\t\r\n]/);
      }),
    );
  });
});
