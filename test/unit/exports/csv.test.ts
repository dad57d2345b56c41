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

  test.each(['=1+1', '+49 30', '-1', '@cmd', '\tx', '\rx', '=HYPERLINK("http://a","b")'])(
    'text that a spreadsheet would run (%j) has an apostrophe before it',
    (cell) => {
      expect(parseCsv(csvLine([cell]))).toEqual([[`'${cell}`]]);
    },
  );

  test('comes back as it was, whatever text it holds', () => {
    const cell = fc.string({ unit: 'binary' }).filter((text) => !/^[=+\-@\t\r]/.test(text));
    const record = fc.array(cell, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
        expect(parseCsv(records.map(csvLine).join(''))).toEqual(records);
      }),
    );
  });
});
