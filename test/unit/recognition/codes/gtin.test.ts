import { describe, expect, test } from 'vitest';
import { gtinOf, hasValidCheckDigit, toGtin } from '../../../../src/recognition/codes/gtin.ts';

describe('a product number', () => {
  test.each([
    ['4006381333931', '04006381333931'],
    ['96385074', '00000096385074'],
    ['036000291452', '00036000291452'],
    ['0036000291452', '00036000291452'],
    ['10614141000415', '10614141000415'],
  ])('%s has 14 digits as %s', (digits, gtin) => expect(toGtin(digits)).toBe(gtin));

  test.each(['4006381333930', '400638133393', '12345', '', '40063813339x1', '４００６３８１３３３９３１'])(
    '"%s" is none',
    (digits) => expect(toGtin(digits)).toBeNull(),
  );

  test('notices every wrong digit, and most exchanged neighbours', () => {
    const right = '4006381333931';
    for (let at = 0; at < right.length; at++)
      for (let digit = 0; digit <= 9; digit++) {
        const changed = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`;
        expect(hasValidCheckDigit(changed)).toBe(changed === right);
      }
    expect(hasValidCheckDigit('0406381333931')).toBe(false);
  });
});

describe('the product number in a code', () => {
  test.each([
    ['UPC_E', '012345000065', '00012345000065'],
    ['ITF_14', '10614141000415', '10614141000415'],
    ['CODE_128', '(01)09506000134352(17)260131(10)ABC', '09506000134352'],
    ['DATABAR', '(01)09506000134352', '09506000134352'],
    ['DATA_MATRIX', '(01)09506000134353', null],
    ['DATA_MATRIX', '(21)123(01)09506000134352', null],
    ['CODE_128', '9506000134352', null],
    ['CODE_39', '96385074', null],
    ['QR_CODE', 'https://id.gs1.org/01/09506000134352', '09506000134352'],
    ['QR_CODE', 'https://shop.example/en/01/9506000134352/10/ABC?17=260131', '09506000134352'],
    ['QR_CODE', 'https://shop.example/?go=/01/9506000134352', null],
    ['QR_CODE', 'https://shop.example/01/news', null],
    ['QR_CODE', '4006381333931', null],
  ] as const)('%s %s is %s', (format, value, gtin) => expect(gtinOf({ format, value })).toBe(gtin));
});
