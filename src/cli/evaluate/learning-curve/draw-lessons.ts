import type { Box } from '../../../recognition/box.ts';
import type { TruePicture } from '../truth.ts';

/** A product on a photograph, as a correction would point at it. */
export interface Lesson extends Box {
  item: string;
  /** Path from the folder of the pictures. */
  file: string;
}

/** By the order of names: photographs taken one after the other, which are nearly alike, stay together. */
export function splitPictures(pictures: readonly TruePicture[]): [TruePicture[], TruePicture[]] {
  const ordered = [...pictures].sort((a, b) => (a.file < b.file ? -1 : 1));
  const middle = Math.ceil(ordered.length / 2);
  return [ordered.slice(0, middle), ordered.slice(middle)];
}

/** Up to `most` products of each item, taken from one photograph after the other, so that they differ. */
export function drawLessons(pictures: readonly TruePicture[], most: number): Lesson[] {
  const lessons = pictures.flatMap(({ file, boxes }) => {
    const turns = new Map<string, number>();
    return boxes.flatMap(({ item, crowd, x, y, width, height }) => {
      if (item === null || crowd) return [];
      const turn = turns.get(item) ?? 0;
      turns.set(item, turn + 1);
      return [{ turn, lesson: { item, file, x, y, width, height } }];
    });
  });
  const inTurns = lessons.sort((a, b) => a.turn - b.turn).map(({ lesson }) => lesson);
  return [...Map.groupBy(inTurns, ({ item }) => item).values()].flatMap((ofItem) => ofItem.slice(0, most));
}
