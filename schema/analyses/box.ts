import {
  type BoxNumbers,
  type CornerNumbers,
  roundFractions,
  roundPixels,
  roundShare,
} from '../../src/recognition/rounding.ts';
import { builder } from '../core/builder.ts';

export const BoxUnit = builder.enumType('BoxUnit', {
  description: "The unit of a box's coordinates.",
  values: {
    PIXEL: { description: 'Pixels of the image after EXIF orientation is applied, to 0.1.' },
    NORMALIZED: { description: "Fractions of the image's width and height, 0 to 1, to 0.00001." },
  } as const,
});

interface BoxShape {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const Box = builder.objectRef<BoxShape>('Box').implement({
  description: 'An axis-aligned rectangle, in the unit given by the `unit` argument.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'Left edge, measured from the left edge of the image.' }),
    y: t.exposeFloat('y', { description: 'Top edge, measured from the top edge of the image.' }),
    width: t.exposeFloat('width', { description: 'Width; always greater than 0.' }),
    height: t.exposeFloat('height', { description: 'Height; always greater than 0.' }),
  }),
});

export const Point = builder.objectRef<{ x: number; y: number }>('Point').implement({
  description: 'A position in an image, in the unit given by the `unit` argument.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'Distance from the left edge of the image.' }),
    y: t.exposeFloat('y', { description: 'Distance from the top edge of the image.' }),
  }),
});

/** Converts stored corners (pixels) to the requested unit. */
export function cornersIn(
  unit: 'PIXEL' | 'NORMALIZED',
  corners: Readonly<CornerNumbers>,
  { width, height }: { width: number; height: number },
): { x: number; y: number }[] {
  const points = [0, 2, 4, 6].map((index) => ({ x: corners[index]!, y: corners[index + 1]! }));
  return unit === 'PIXEL'
    ? points
    : points.map(({ x, y }) => ({ x: roundShare(x / width), y: roundShare(y / height) }));
}

/** Converts a stored box (pixels) to the requested unit. */
export function boxIn(
  unit: 'PIXEL' | 'NORMALIZED',
  box: Readonly<BoxNumbers>,
  picture: { width: number; height: number },
): BoxShape {
  const [x, y, width, height] = unit === 'PIXEL' ? roundPixels(box) : roundFractions(inFractions(box, picture));
  return { x, y, width, height };
}

function inFractions(
  [x, y, width, height]: Readonly<BoxNumbers>,
  picture: { width: number; height: number },
): BoxNumbers {
  return [x / picture.width, y / picture.height, width / picture.width, height / picture.height];
}
