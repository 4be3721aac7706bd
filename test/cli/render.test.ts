import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Style, styleOf } from '../../src/cli/io';
import { table } from '../../src/cli/terminal/table';
import { cut, cutPath, pad, widthOf } from '../../src/cli/terminal/text';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import { nearestName } from '../../src/model/nearest-name';
import { size, span } from '../../src/questions/shown/measures';
import { jsonLine, safe } from '../../src/questions/shown/safe-text';
import { instant } from '../../src/questions/words';

const style = (width: number): Style => ({
  ...styleOf({ stdout: { write: () => undefined }, stderr: { write: () => undefined }, env: {}, cwd: '/' }),
  width,
});

describe('text', () => {
  it('escapes everything that controls a terminal, and nothing else', () => {
    expect(safe('a\u001b[31m\u009b\u202e\n\t\0\ud800b')).toBe('a\\x1b[31m\\x9b\\u202e\\n\\t\\0\\ud800b');
    expect(safe('Grüße, 日本語 🙂 e\u0301')).toBe('Grüße, 日本語 🙂 e\u0301');
  });

  it('keeps JSON valid and equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const document = { value, text };
        expect(JSON.parse(jsonLine(document))).toEqual(JSON.parse(JSON.stringify(document)));
        expect(jsonLine(document)).not.toMatch(/[\n\u007f-\u009f\u2028\u202e]/);
      }),
    );
  });

  it('shortens a path at its beginning, at a separator', () => {
    expect(cutPath('/data/night/raw/frame.h5', 24)).toBe('/data/night/raw/frame.h5');
    expect(cutPath('/data/night/raw/frame.h5', 20)).toBe('…/night/raw/frame.h5');
    expect(cutPath('/data/night/raw/frame.h5', 13)).toBe('…/frame.h5');
    expect(cutPath('https://example.org/si.json', 24)).toBe('…/example.org/si.json');
    expect(cutPath('/data/a-very-long-name.h5', 10)).toBe('a-very-lo…');
    expect(cutPath('no-separator-at-all', 8)).toBe('no-sepa…');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 30 }),
        (parts, width) => {
          expect(widthOf(cutPath(safe(parts.join('/')), width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('cuts and pads by columns', () => {
    expect(widthOf('日本')).toBe(4);
    expect(cut('日本語', 5)).toBe('日本…');
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(pad('日', 4)).toBe('日  ');
    expect(pad('7', 3, 'left')).toBe('  7');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(widthOf(cut(safe(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('table', () => {
  it('is never wider than the terminal if columns can shrink', () => {
    const columns = [
      { title: 'A', text: (row: string[]) => row[0]!, least: 3 },
      { title: 'B', text: (row: string[]) => row[1]!, least: 3, drop: 1 },
      { title: 'C', text: (row: string[]) => row[2]!, least: 3, drop: 2 },
    ];
    const cell = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }),
        fc.integer({ min: 3, max: 80 }),
        (rows, width) => {
          for (const line of table(columns, rows, style(width)))
            expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('instants', () => {
  it('are ISO-8601 UTC; spans and sizes have a suitable unit', () => {
    expect(instant(1_793_491_200.1239)).toBe('2026-11-01T00:00:00Z');
    expect(instant(1_793_491_200.1239, 'milliseconds')).toBe('2026-11-01T00:00:00.124Z');
    expect(instant(1e300)).toBe('1e+300');
    expect([0.0124, 3.44, 59.7, 150, 7200, 864_000].map(span)).toEqual([
      '12 ms',
      '3.4 s',
      '60 s',
      '2.5 min',
      '2 h',
      '10 d',
    ]);
    expect([0, 1023, 1500, 96_000_000].map(size)).toEqual(['0 B', '1023 B', '1.5 KiB', '92 MiB']);
  });
});

describe('nearestName', () => {
  it.each([
    ['WorkflowType', 'workflow_type'],
    ['scanid', 'scan_id'],
    ['exit_staus', 'exit_status'],
    ['temporal.activitytype', 'temporal.activity_type'],
    ['zebra', undefined],
  ])('%s → %s', (name, near) => {
    expect(nearestName(name, RUN_FIELDS.names)).toBe(near);
  });
});
