import type { Sharp } from 'sharp';

/** Clockwise quarter turns, and mirroring before them, for EXIF orientations 1 to 8. */
const turns: readonly { angle: 0 | 90 | 180 | 270; mirror?: 'flip' | 'flop' }[] = [
  { angle: 0 },
  { angle: 0, mirror: 'flop' },
  { angle: 180 },
  { angle: 0, mirror: 'flip' },
  { angle: 90, mirror: 'flip' },
  { angle: 90 },
  { angle: 90, mirror: 'flop' },
  { angle: 270 },
];

/**
 * Rotates a picture as its header says. Call it after any resizing, which sharp then does first and faster; the sizes passed to
 * resizing are those after the rotation.
 */
export function turn(picture: Sharp, orientation: number): Sharp {
  const { angle, mirror } = turns[orientation - 1]!;
  const mirrored = mirror === undefined ? picture : mirror === 'flip' ? picture.flip() : picture.flop();
  return angle === 0 ? mirrored : mirrored.rotate(angle);
}
