import { describe, expect, test } from 'vitest';
import { findPriceTags, type TagSources } from '../../../../src/recognition/prices/find-price-tags.ts';
import type { PlacedText } from '../../../../src/recognition/prices/read-lines.ts';

function line(text: string, x: number, y: number, width: number, height: number): PlacedText {
  return { text, box: { x, y, width, height } };
}

/** Facings of 100 x 200 px side by side on one shelf whose edge is at y = 300. */
function facing(position: number, level = 0): TagSources['detections'][number] {
  return { box: [position * 110, 100 - level * 200, 100, 200], place: [0, position, level] };
}

const none = { boxes: [], detections: [], codes: [], currency: 'EUR' };

/** A tag of 100 x 50 px with its middle at x. */
function tagAt(x: number, price: string): PlacedText[] {
  return [
    line('Rosehip tea', x - 45, 310, 70, 10),
    line(price, x - 40, 324, 60, 24),
    line('1 kg = 9,95 €', x - 45, 352, 70, 8),
  ];
}

describe('a price tag', () => {
  test('has the price, the unit price, the words and the number of its lines', () => {
    const lines = [...tagAt(150, '1,99'), line('4006381333931', 110, 362, 70, 8)];
    expect(findPriceTags({ ...none, lines })).toEqual([
      {
        box: [105, 310, 75, 60],
        price: { amount: '1.99', currency: 'EUR' },
        pieces: 1,
        unitPrice: { quantity: '1', unit: 'KILOGRAM', money: { amount: '9.95', currency: 'EUR' } },
        name: 'Rosehip tea',
        gtin: '04006381333931',
        detections: [],
      },
    ]);
  });

  test('may have raised cents, which are read as a line of their own', () => {
    const lines = [line('12', 100, 100, 40, 40), line('49', 142, 98, 22, 20), line('Plum jam', 100, 80, 60, 12)];
    expect(findPriceTags({ ...none, lines })).toMatchObject([
      { price: { amount: '12.49' }, box: [100, 80, 64, 60], name: 'Plum jam' },
    ]);
    const beside = [line('12', 100, 100, 40, 40), line('49', 142, 125, 22, 20)];
    expect(findPriceTags({ ...none, lines: beside })).toEqual([]);
  });

  test('with an old price above the new one has the one in larger figures', () => {
    const lines = [line('statt 2,49', 100, 100, 60, 12), line('1,99', 100, 118, 70, 30)];
    expect(findPriceTags({ ...none, lines })).toMatchObject([{ price: { amount: '1.99' } }]);
  });

  test('with several pieces says how many', () => {
    expect(findPriceTags({ ...none, lines: [line('2 für 5,00 €', 0, 0, 100, 20)] })).toMatchObject([
      { price: { amount: '5.00', currency: 'EUR' }, pieces: 2 },
    ]);
  });

  test('of which only the unit price can be read has no price', () => {
    expect(findPriceTags({ ...none, lines: [line('1 kg = 9,95 €', 0, 0, 100, 20)] })).toMatchObject([
      { price: null, unitPrice: { unit: 'KILOGRAM' } },
    ]);
  });

  test('takes the code beside it, unless that is on a product', () => {
    const code = {
      corners: [105, 375, 175, 375, 175, 390, 105, 390],
      gtin: '00000096385074',
      detection: null,
    } as const;
    const codes = [{ ...code, corners: [...code.corners] as TagSources['codes'][number]['corners'] }];
    const lines = tagAt(150, '1,99');
    expect(findPriceTags({ ...none, lines, codes })[0]!.gtin).toBe('00000096385074');
    expect(findPriceTags({ ...none, lines, codes: [{ ...codes[0]!, detection: 0 }] })[0]!.gtin).toBeNull();
  });

  test('is not seen in words, dates, weights and large letters', () => {
    const lines = ['Tea', '500 g', '31.12.2025', '10:30', '20 %'].map((text, at) => line(text, at * 100, 0, 50, 20));
    expect(findPriceTags({ ...none, lines })).toEqual([]);
    const banner = [line('1,99', 0, 100, 60, 24), line('SALE', 0, 40, 200, 58)];
    expect(findPriceTags({ ...none, lines: banner })).toMatchObject([{ name: null, box: [0, 100, 60, 24] }]);
  });
});

describe('facings belong to', () => {
  test('the nearest tag below them, stacks as a whole', () => {
    const detections = [facing(0), facing(1), facing(1, 1), facing(2), facing(3)];
    const lines = [...tagAt(105, '1,99'), ...tagAt(325, '2,49')];
    const tags = findPriceTags({ ...none, lines, detections });
    expect(tags.map(({ price, detections: above }) => [price!.amount, above])).toEqual([
      ['1.99', [0, 1, 2]],
      ['2.49', [3, 4]],
    ]);
  });

  test('none where no tag is near: not to those of the shelf below, nor far to the side', () => {
    const lines = tagAt(55, '1,99');
    const below = { box: [0, 360, 100, 200], place: [1, 0, 0] } as const;
    const detections = [
      facing(0),
      facing(4),
      { box: [...below.box] as [number, number, number, number], place: below.place },
    ];
    expect(findPriceTags({ ...none, lines, detections })[0]!.detections).toEqual([0]);
  });
});

test('tags side by side stay apart, from top to bottom and from left to right', () => {
  const lines = [...tagAt(400, '3,49'), ...tagAt(150, '1,99'), ...tagAt(275, '2,49')];
  const tags = findPriceTags({ ...none, lines });
  expect(tags.map(({ price, name }) => [price!.amount, name])).toEqual([
    ['1.99', 'Rosehip tea'],
    ['2.49', 'Rosehip tea'],
    ['3.49', 'Rosehip tea'],
  ]);
  expect(findPriceTags({ ...none, lines: [] })).toEqual([]);
});

describe('a tag that the detector found', () => {
  const box = { x: 90, y: 300, width: 120, height: 80 };

  test('has the lines on it, and belongs to the facings above it', () => {
    const lines = [line('Rosehip tea', 105, 310, 70, 10), line('4006381333931', 110, 362, 70, 8)];
    expect(findPriceTags({ ...none, lines, boxes: [box], detections: [facing(1)] })).toEqual([
      {
        ...{ box: [90, 300, 120, 80], price: null, pieces: 1, unitPrice: null },
        ...{ name: 'Rosehip tea', gtin: '04006381333931', detections: [0] },
      },
    ]);
  });

  test('is not added where its text, or a more certain box, shows a tag', () => {
    const lines = [...tagAt(150, '1,99'), ...tagAt(400, '3,49')];
    const boxes = [box, { x: 600, y: 300, width: 100, height: 60 }, { x: 630, y: 310, width: 110, height: 70 }];
    const tags = findPriceTags({ ...none, lines, boxes });
    expect(tags.map(({ price, box: [x] }) => [price?.amount, x])).toEqual([
      [undefined, 600],
      ['1.99', 105],
      ['3.49', 355],
    ]);
  });
});
