import { builder } from '../core/builder.ts';

export const BoxUnit = builder.enumType('BoxUnit', {
  description: "The unit of a box's coordinates.",
  values: {
    PIXEL: { description: 'Pixels of the image after EXIF orientation is applied.' },
    NORMALIZED: { description: "Fractions of the image's width and height, 0 to 1." },
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

/** Converts a stored box (x, y, width, height in pixels) to the requested unit. */
export function boxIn(
  unit: 'PIXEL' | 'NORMALIZED',
  [x, y, width, height]: readonly [number, number, number, number],
  picture: { width: number; height: number },
): BoxShape {
  if (unit === 'PIXEL') return { x, y, width, height };
  return { x: x / picture.width, y: y / picture.height, width: width / picture.width, height: height / picture.height };
}
