import sharp from 'sharp';

/** The photograph of a person whose face is at these pixels of 360 × 360. */
export const photograph = new URL('../../fixtures/pictures/astronaut.jpg', import.meta.url);
export const face = { left: 130, top: 50, width: 56, height: 64 };
/** A part of the shuttle behind her. */
export const beside = { left: 290, top: 240, width: 60, height: 80 };

/** Mean difference of neighbouring pixels in a part of a picture: squares of one colour have next to none. @param size of the picture in which the part is */
export async function detail(
  bytes: Buffer,
  region: typeof face,
  size: { width: number; height: number } = { width: 360, height: 360 },
): Promise<number> {
  const whole = (value: number) => Math.max(0, Math.round(value));
  const { data, info } = await sharp(bytes)
    .resize(whole(size.width), whole(size.height), { fit: 'fill' })
    .extract({ ...region, left: whole(region.left), top: whole(region.top) })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  let sum = 0;
  for (let at = 1; at < data.length; at++) if (at % info.width > 0) sum += Math.abs(data[at]! - data[at - 1]!);
  return sum / data.length;
}
