import type { Code } from './codes/code.ts';
import type { Detection } from './detection.ts';
import { placeOnShelves } from './realogram.ts';
import type { TextLine } from './text/text-line.ts';

interface Found {
  detections: readonly Detection[];
  texts: readonly TextLine[] | null;
  codes: readonly Code[] | null;
}

/** A result with some of its detections only: lines and codes on the others are on none, and places have no gaps. */
export function keepDetections<R extends Found>(
  result: R,
  isKept: (detection: Detection) => boolean,
): R & { detections: Detection[]; texts: TextLine[] | null; codes: Code[] | null } {
  const kept = result.detections.flatMap((detection, index) => (isKept(detection) ? { detection, index } : []));
  const renumbered = new Map(kept.map(({ index }, position) => [index, position]));
  const places = placeOnShelves(
    kept.map(
      ({
        detection: {
          box: [x, y, width, height],
        },
      }) => ({ x, y, width, height }),
    ),
  );
  const follow = <F extends { detection: number | null }>(found: F): F => ({
    ...found,
    detection: found.detection === null ? null : (renumbered.get(found.detection) ?? null),
  });
  return {
    ...result,
    detections: kept.map(({ detection }, position) => {
      const { shelf, position: place, level } = places[position]!;
      return { ...detection, place: [shelf, place, level] as const };
    }),
    texts: result.texts?.map(follow) ?? null,
    codes: result.codes?.map(follow) ?? null,
  };
}
