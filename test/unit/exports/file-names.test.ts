import { expect, test } from 'vitest';
import { FileNames } from '../../../src/exports/file-names.ts';

function take(...names: (string | null)[]): string[] {
  const taken = new FileNames();
  return names.map((name, index) => taken.take(name, { otherwise: 'img_1', id: index + 1 }));
}

test('a name that is taken gets the number of its image, without regard to case or to how letters are composed', () => {
  expect(take('image.jpg', 'image.jpg', 'IMAGE.JPG', 'straße.jpg', 'STRASSE.JPG', 'é', 'e\u0301')).toEqual([
    'image.jpg',
    'image-2.jpg',
    'IMAGE-3.JPG',
    'straße.jpg',
    'STRASSE-5.JPG',
    'é',
    'e\u0301-7',
  ]);
});

test('paths are cut off, those of browsers on Windows as well', () => {
  expect(take('a/../image.jpg', '..\\..\\x.jpg', 'C:\\fakepath\\y.jpg', '/', null)).toEqual([
    'image.jpg',
    'x.jpg',
    'y.jpg',
    'img_1',
    'img_1-5',
  ]);
});

test('a name that looks like one with a suffix stays unique, too', () => {
  expect(take('a-3.jpg', 'a.jpg', 'a.jpg', '.jpg', '.jpg')).toEqual([
    'a-3.jpg',
    'a.jpg',
    'a-3-3.jpg',
    '.jpg',
    '.jpg-5',
  ]);
});
