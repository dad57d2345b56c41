import { expect, test } from 'vitest';
import { isWorthALook, type Look } from '../../../src/video-analyses/looks.ts';

const sighting = (look: Partial<Look>): Look => ({ itemId: null, area: 1_000, isCut: false, sighting: 1, ...look });

test('the first sighting of the whole of a product is worth a look', () => {
  expect(isWorthALook([], sighting({}))).toBe(true);
  const cut = sighting({ isCut: true, sighting: 2 });
  expect(isWorthALook([cut], sighting({ sighting: 3 }))).toBe(true);
});

test('what the edge cuts is looked at once, and only if the whole of it did not come', () => {
  expect(isWorthALook([], sighting({ isCut: true }))).toBe(false);
  const second = sighting({ isCut: true, sighting: 2 });
  expect(isWorthALook([], second)).toBe(true);
  expect(isWorthALook([second], sighting({ isCut: true, sighting: 3 }))).toBe(false);
  expect(isWorthALook([sighting({})], sighting({ isCut: true, sighting: 9, area: 9_000 }))).toBe(false);
});

test('a second look is at a larger or a later sighting, a third one only if the first two disagree', () => {
  const first = sighting({ itemId: 'a' });
  expect(isWorthALook([first], sighting({ sighting: 2 }))).toBe(false);
  expect(isWorthALook([first], sighting({ sighting: 2, area: 1_300 }))).toBe(true);
  expect(isWorthALook([first], sighting({ sighting: 3 }))).toBe(true);
  const others = [sighting({ itemId: 'a', sighting: 3 }), sighting({ itemId: 'b', sighting: 3 })];
  expect(others.map((second) => isWorthALook([first, second], sighting({ sighting: 9 })))).toEqual([false, true]);
  expect(isWorthALook([first, others[1]!, sighting({ sighting: 9 })], sighting({ sighting: 20 }))).toBe(false);
});
