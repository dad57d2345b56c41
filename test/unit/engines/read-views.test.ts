import { expect, test } from 'vitest';
import type { ReadCode } from '../../../src/recognition/codes/code.ts';
import { planViews } from '../../../src/recognition/codes/plan-views.ts';
import type { View } from '../../../src/recognition/codes/view.ts';
import { readViews } from '../../../workers/engines/child/steps/codes/read-views.ts';

const limits = { codes: 3, ms: 60_000 };
const box = { x: 100, y: 100, width: 100, height: 100 };
const groups = planViews([box], { width: 2000, height: 1000 });

function codeAt(x: number, value = '4006381333931'): ReadCode {
  return {
    format: value.length === 13 ? 'EAN_13' : 'QR_CODE',
    value,
    corners: [x, 120, x + 9, 120, x + 9, 130, x, 130],
  };
}

/** @param found the codes of the views in their order; later ones have none. */
async function read(found: ReadCode[][], most = limits) {
  const views: View[] = [];
  const result = await readViews(groups, (view) => Promise.resolve(found[views.push(view) - 1] ?? []), most);
  return { ...result, views: views.map(({ region, angle }) => `${region.width} px, ${angle}°`) };
}

test('the whole picture and the detections are read, straight and turned', async () => {
  expect(await read([])).toEqual({
    codes: [],
    isComplete: true,
    views: ['2000 px, 0°', '2000 px, 45°', '108 px, 0°', '108 px, 45°'],
  });
});

test('where a product number was found, nothing is turned', async () => {
  const { codes, views } = await read([[codeAt(120)], []]);
  expect(codes).toEqual([codeAt(120)]);
  expect(views).toEqual(['2000 px, 0°', '108 px, 0°']);
  expect((await read([[codeAt(120, 'Ingredients')]])).views).toHaveLength(4);
});

test('more codes than the limit are not listed, and are reported', async () => {
  const many = [0, 20, 40, 60].map((x) => codeAt(x));
  expect(await read([many.slice(1)])).toMatchObject({ codes: many.slice(1), isComplete: true });
  expect(await read([many])).toMatchObject({ codes: many.slice(0, 3), isComplete: false, views: ['2000 px, 0°'] });
});

test('when the time is over, what was found until then is listed', async () => {
  expect(await read([[codeAt(0)]], { ...limits, ms: 0 })).toEqual({ codes: [], isComplete: false, views: [] });
});
