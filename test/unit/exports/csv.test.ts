import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../../src/exports/csv.ts';
import { parseCsv } from '../../support/csv.ts';

describe('a record of CSV', () => {
  test.each([
    [['plain', 1, -0.5, true], 'plain,1,-0.5,true\r\n'],
    [[null, undefined, ''], ',,\r\n'],
    [['a,b', 'say "hi"', 'two\r\nlines'], '"a,b","say ""hi""","two\r\nlines"\r\n'],
  ])('%j is written as RFC 4180 has it', (cells, expected) => {
    expect(csvLine(cells)).toBe(expected);
  });

  const formulas = ['=1+1', '+49 30', '-1', '@cmd', '\tx', '\rx', '=HYPERLINK("http://a","b")'];
  const spaces = [
    ' ',
    '\u00a0',
    '\u2003',
    '\u3000',
    '\n',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u3164',
    ' \u200b\n',
  ];
  const behindSpaces = spaces.flatMap((space) => ['=1+1', '+1', '-1', '@SUM(1)'].map((formula) => space + formula));
  const inFullWidth = ['＝1+1', '＋1', '－1', '＠x', ' ＝1', '﹦1', '﹣1'];
  test.each([...formulas, ...behindSpaces, ...inFullWidth])(
    'text that a spreadsheet would run (%j) has an apostrophe before it',
    (cell) => {
      expect(parseCsv(csvLine([cell]))).toEqual([[`'${cell}`]]);
    },
  );

  test.each(['a=1', ' a', '\u00a0', '', '5-1', '|calc', "'=1", '"=1', '%0A=1', '奶酪', '−'])(
    'other text (%j) has none',
    (cell) => {
      expect(parseCsv(csvLine([cell]))).toEqual([[cell]]);
    },
  );

  test('comes back as it was, whatever text it holds', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[\t\r]|[=+\-@]/.test(text.normalize('NFKC')));
    const record = fc.array(cell, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
        expect(parseCsv(records.map(csvLine).join(''))).toEqual(records);
      }),
    );
  });
});
