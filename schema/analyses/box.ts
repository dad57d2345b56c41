import { builder } from '../core/builder.ts';

export const BoxUnit = builder.enumType('BoxUnit', {
  description: 'What the numbers of a box count.',
  values: {
    PIXEL: { description: 'Pixels of the picture after EXIF orientation.' },
    NORMALIZED: { description: '0..1 of the width and the height of the picture.' },
  } as const,
});

interface BoxShape {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const Box = builder.objectRef<BoxShape>('Box').implement({
  description: 'Upright box; x and y are its top left corner. The unit is the one asked for.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'Left edge, from the left of the picture.' }),
    y: t.exposeFloat('y', { description: 'Top edge, from the top of the picture.' }),
    width: t.exposeFloat('width', { description: 'Always above 0.' }),
    height: t.exposeFloat('height', { description: 'Always above 0.' }),
  }),
});

/** A stored box (x, y, width, height in pixels) in the unit asked for. */
export function boxIn(
  unit: 'PIXEL' | 'NORMALIZED',
  [x, y, width, height]: readonly [number, number, number, number],
  picture: { width: number; height: number },
): BoxShape {
  if (unit === 'PIXEL') return { x, y, width, height };
  return { x: x / picture.width, y: y / picture.height, width: width / picture.width, height: height / picture.height };
}
