/** The picture of the videos for tests: four coloured quarters, and a bar that shows the number of the frame in six bits. */
export const clock = { width: 160, height: 120, framesPerSecond: 10, frames: 40 } as const;

const bits = 6;
const bar = { top: 52, height: 16, left: 8, bitWidth: 24 };
type Colour = readonly [number, number, number];
/** From the upper left by rows. */
export const quarters: readonly Colour[] = [
  [220, 30, 30],
  [30, 180, 40],
  [40, 60, 220],
  [235, 235, 235],
];

function colourAt(frame: number, x: number, y: number): Colour {
  const bit = Math.floor((x - bar.left) / bar.bitWidth);
  if (y >= bar.top && y < bar.top + bar.height && bit >= 0 && bit < bits)
    return (frame >> bit) & 1 ? [255, 255, 255] : [0, 0, 0];
  return quarters[(y < clock.height / 2 ? 0 : 2) + (x < clock.width / 2 ? 0 : 1)]!;
}

/** One frame as rows of RGB. */
export function drawClock(frame: number): Buffer {
  const pixels = Buffer.alloc(clock.width * clock.height * 3);
  for (let y = 0, at = 0; y < clock.height; y++)
    for (let x = 0; x < clock.width; x++, at += 3) pixels.set(colourAt(frame, x, y), at);
  return pixels;
}

interface Picture {
  width: number;
  pixels: Buffer;
}

/** The colour of a pixel. */
export function pixelAt({ width, pixels }: Picture, x: number, y: number): Colour {
  const at = (y * width + x) * 3;
  return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
}

/** The number that an unturned frame shows. */
export function readClock(picture: Picture): number {
  let frame = 0;
  for (let bit = 0; bit < bits; bit++) {
    const [red] = pixelAt(picture, bar.left + (bit + 0.5) * bar.bitWidth, bar.top + bar.height / 2);
    if (red > 128) frame |= 1 << bit;
  }
  return frame;
}

/** Which quarter of the drawing a colour is of, by the nearest: codecs change colours a little. */
export function quarterOf(colour: Colour): number {
  const distances = quarters.map((quarter) => Math.hypot(...quarter.map((value, channel) => value - colour[channel]!)));
  return distances.indexOf(Math.min(...distances));
}
