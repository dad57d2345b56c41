import { expect, test } from 'vitest';
import { fromText, toText } from '../../../dashboard/src/library/metadata-text.ts';

const before = { aisle: 7, isPromoted: true, note: null, url: 'https://shop.example/a:b' };

test('what nobody changes keeps its types', () => {
  expect(fromText(toText(before), before)).toEqual(before);
});

test('a number that is changed stays a number; what else is typed is a text', () => {
  expect(fromText('aisle: 8\nisPromoted: no\n\nshift:  late: very', before)).toEqual({
    aisle: 8,
    isPromoted: 'no',
    shift: 'late: very',
  });
  expect(fromText('aisle: eight', before)).toEqual({ aisle: 'eight' });
  expect(fromText('', before)).toEqual({});
});

test('a line that is no pair is named', () => {
  expect(() => fromText('aisle: 7\nlate', before)).toThrow('“late” is none.');
  expect(() => fromText(': 7', before)).toThrow('“: 7” is none.');
});
