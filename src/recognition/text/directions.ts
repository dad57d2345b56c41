import { distance, type Quadrilateral, startLater } from './quadrilateral.ts';

/** Height per width from which a line probably lies on its side, as PaddleOCR has it, and up to which it may be one upright letter. */
const lyingFrom = 1.5;
const letterTo = 2.5;

/** A found line (clockwise from the top left) as it may be read: the corner where its text begins comes first. */
export function waysToRead(corners: Quadrilateral): Quadrilateral[] {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const width = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight));
  const height = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight));
  if (height < lyingFrom * width) return [corners];
  const upwards = startLater(corners, 3);
  const downwards = startLater(corners, 1);
  return height <= letterTo * width ? [corners, upwards, downwards] : [upwards, downwards];
}
