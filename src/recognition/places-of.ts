import type { Detection } from './detection.ts';
import { type Place, placeOnShelves } from './realogram.ts';

/** The places of detections as stored. If an older worker wrote the result without places, they are computed now. */
export function placesOf(detections: readonly Pick<Detection, 'box' | 'place'>[]): Place[] {
  const stored = detections.flatMap(({ place }) => (place ? [place] : []));
  if (stored.length === detections.length)
    return stored.map(([shelf, position, level]) => ({ shelf, position, level }));
  return placeOnShelves(detections.map(({ box: [x, y, width, height] }) => ({ x, y, width, height })));
}
