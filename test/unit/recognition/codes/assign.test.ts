import { describe, expect, test } from 'vitest';
import { assignCodes } from '../../../../src/recognition/codes/assign.ts';
import type { Code, ReadCode } from '../../../../src/recognition/codes/code.ts';
import { addCodes } from '../../../../src/recognition/codes/collect.ts';
import { nameByCodes } from '../../../../src/recognition/codes/name-by-codes.ts';
import type { Detection } from '../../../../src/recognition/detection.ts';

const value = '4006381333931';
const gtin = `0${value}`;

/** An EAN-13 of 40 x 20 pixels. */
function codeAt(x: number, y: number, content: string = value): ReadCode {
  return { format: 'EAN_13', value: content, corners: [x, y, x + 40, y, x + 40, y + 20, x, y + 20] };
}

describe('codes of several views', () => {
  test('are listed once, equal ones side by side each', () => {
    const found: ReadCode[] = [];
    addCodes(found, [codeAt(0, 0), codeAt(50, 0)]);
    addCodes(found, [codeAt(3, 2), codeAt(0, 40), codeAt(0, 0, '96385074')]);
    expect(found).toEqual([codeAt(0, 0), codeAt(50, 0), codeAt(0, 40), codeAt(0, 0, '96385074')]);
  });
});

describe('a code belongs to', () => {
  const pack = { x: 100, y: 100, width: 100, height: 150 };
  const detectionOf = (code: ReadCode, ...boxes: (typeof pack)[]) => assignCodes([code], boxes)[0]!.detection;

  test('the smallest detection around it', () => {
    const tray = { x: 0, y: 0, width: 300, height: 300 };
    expect(detectionOf(codeAt(120, 200), tray, pack)).toBe(1);
    expect(detectionOf(codeAt(20, 20), pack, tray)).toBe(1);
    expect(assignCodes([codeAt(120, 200)], [pack])[0]).toMatchObject({ gtin, detection: 0 });
  });

  test('none when it is beside, or only partly inside: a tag over the edge of a pack is not the pack', () => {
    expect(detectionOf(codeAt(400, 400), pack)).toBeNull();
    expect(detectionOf(codeAt(120, 242), pack)).toBeNull();
    expect(detectionOf(codeAt(175, 200), pack)).toBeNull();
    // A box may be a little too small.
    expect(detectionOf(codeAt(165, 200), pack)).toBe(0);
  });
});

describe('naming by codes', () => {
  const detection: Detection = {
    box: [0, 0, 100, 100],
    objectness: 0.9,
    confidence: 0.8,
    itemId: 'look-alike',
    matchedBy: 'VERIFIED',
    candidates: [{ itemId: 'look-alike', confidence: 0.8 }],
    label: null,
  };
  const other = '00000096385074';
  const on = (index: number | null, number: string | null = gtin): Code => ({
    ...codeAt(0, 0),
    gtin: number,
    detection: index,
  });
  const items = new Map([
    [gtin, ['tea']],
    [other, ['jam']],
  ]);

  test('takes precedence over any look, and keeps that as a candidate', () => {
    expect(nameByCodes([detection, detection], [on(1)], items, 2)).toEqual([
      detection,
      {
        ...detection,
        itemId: 'tea',
        confidence: 1,
        matchedBy: 'BARCODE',
        candidates: [
          { itemId: 'tea', confidence: 1 },
          { itemId: 'look-alike', confidence: 0.8 },
        ],
      },
    ]);
  });

  test('lists each item once, and as many candidates as were asked for', () => {
    const known = { ...detection, itemId: 'tea', candidates: [{ itemId: 'tea', confidence: 0.8 }] };
    expect(nameByCodes([known], [on(0), on(0)], items, 5)[0]!.candidates).toEqual([{ itemId: 'tea', confidence: 1 }]);
    expect(nameByCodes([detection], [on(0)], items, 0)[0]).toMatchObject({ itemId: 'tea', candidates: [] });
  });

  test.each<[string, Code[], Map<string, string[]>]>([
    ['two codes of different items on it', [on(0), on(0, other)], items],
    ['several items with its number', [on(0)], new Map([[gtin, ['tea', 'tea, old']]])],
    ['a number that no item has', [on(0)], new Map()],
    ['a code without a number', [on(0, null)], items],
    ['a code beside it', [on(null)], items],
  ])('leaves a detection alone: %s', (_, codes, known) => {
    expect(nameByCodes([detection], codes, known, 1)).toEqual([detection]);
  });

  test('goes by the code that an item has, whatever else is printed on the pack', () => {
    const [named] = nameByCodes([detection], [on(0), on(0, '09506000134352'), on(0, null)], items, 1);
    expect(named).toMatchObject({ itemId: 'tea' });
  });
});
