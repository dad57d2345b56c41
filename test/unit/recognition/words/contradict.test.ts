import { describe, expect, test } from 'vitest';
import { contradicts } from '../../../../src/recognition/words/contradict.ts';

/** A line of upright letters of this height. */
const line = (text: string, height: number, confidence = 0.95) => ({
  text,
  confidence,
  corners: [0, 0, 100, 0, 100, height, 0, height] as [number, number, number, number, number, number, number, number],
});
const given = (words: string) => ({ words: words.split(' '), areGiven: true });
const read = (words: string) => ({ words: words.split(' '), areGiven: false });

describe('text contradicts an item', () => {
  test('when a large word beside its own words is not one of them', () => {
    expect(contradicts([line('Tropida', 40), line('GOLDEN', 18), line('PEAR', 18)], given('tropida golden plum'))).toBe(
      true,
    );
    expect(contradicts([line('Tropida', 40), line('GOLDEN', 18), line('PLUM', 18)], given('tropida golden plum'))).toBe(
      false,
    );
  });

  test('not when none of its words was read: that may be its back', () => {
    expect(contradicts([line('INGREDIENTS', 20), line('SUGAR', 20)], given('tropida plum'))).toBe(false);
    expect(contradicts([], given('tropida plum'))).toBe(false);
    expect(contradicts([line('PEAR', 20)], given(''))).toBe(false);
  });

  test('not by small print, by words that were read with doubt, or by numbers and short words', () => {
    const own = line('PLUM', 20);
    expect(contradicts([own, line('nutrition', 5)], given('plum'))).toBe(false);
    expect(contradicts([own, line('PEACH', 20, 0.6)], given('plum'))).toBe(false);
    expect(contradicts([own, line('1995 2,49 eko', 20)], given('plum'))).toBe(false);
  });

  test('less easily where a model read the words of the item: it leaves out small ones', () => {
    const lines = [line('Plum', 20), line('organic', 13)];
    expect(contradicts(lines, given('plum'))).toBe(true);
    expect(contradicts(lines, read('plum'))).toBe(false);
    expect(contradicts([line('Plum', 20), line('PEACH', 24)], read('plum'))).toBe(true);
  });

  test('not by its own words when they were misread, covered in part or read as one', () => {
    const item = given('mild lattyoghurt naturell svenska orange');
    for (const text of ['MILDLÄTTYOGURT', 'NATUREL', 'svens', 'ange', 'Svenska naturell'])
      expect([text, contradicts([line('MILD', 20), line(text, 20)], item)]).toEqual([text, false]);
    expect(contradicts([line('MILD', 20), line('VANILJ', 20)], item)).toBe(true);
  });
});
