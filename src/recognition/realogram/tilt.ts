import type { Box } from '../box.ts';

/**
 * The slope of shelves in a picture. Boards are parallel in the shop, so in a picture they all meet in one point, and the slope of
 * a board is a linear function of the height at which it crosses a fixed column. This describes a rotated camera (spread = 0), a
 * view from the side, and both together exactly; only lens distortion is ignored.
 */
export interface Tilt {
  /** Where `slope` holds: heights are counted at column x. */
  x: number;
  y: number;
  /** Pixels down for a pixel to the right. */
  slope: number;
  /** Change of slope per pixel further down. */
  spread: number;
}

/** A box corrected to level boards: heights are those at the tilt's column. */
export interface LevelBox {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * The true size of the product in an upright box, which is wider because the product leans and taller because its board slopes.
 * Products lean by the slope in the middle of the picture, which is the rotation of the camera.
 */
function uprightSize({ width, height }: Box, slope: number, lean: number): { width: number; margin: number } {
  const [down, aside] = [Math.abs(slope), Math.abs(lean)];
  const own = Math.max(width / 4, (width - height * aside) / (1 - down * aside));
  return { width: own, margin: Math.min((own * down) / 2, height / 4) };
}

/** Where the board through a point crosses the tilt's column. */
function heightAt(tilt: Tilt, x: number, y: number): number {
  const dx = x - tilt.x;
  // Boards cannot meet inside the picture; the bound also prevents a division by zero.
  return tilt.y + (y - tilt.y - tilt.slope * dx) / Math.max(0.2, 1 + tilt.spread * dx);
}

/** The slope of the board at a point of the picture. */
function slopeAt(tilt: Tilt, x: number, y: number): number {
  return tilt.slope + tilt.spread * (heightAt(tilt, x, y) - tilt.y);
}

export function levelBox(box: Box, tilt: Tilt): LevelBox {
  const middleX = box.x + box.width / 2;
  const middleY = box.y + box.height / 2;
  const { width, margin } = uprightSize(box, slopeAt(tilt, middleX, middleY), tilt.slope);
  // Without this, a stacked box would seem to be beside the one below it.
  const centre = middleX + tilt.slope * (middleY - tilt.y);
  return {
    left: centre - width / 2,
    right: centre + width / 2,
    top: heightAt(tilt, middleX, box.y + margin),
    bottom: heightAt(tilt, middleX, box.y + box.height - margin),
  };
}

/** The middle of a box's lower edge, in the picture. */
function footOf(box: Box, tilt: Tilt): { x: number; y: number } {
  const x = box.x + box.width / 2;
  const { margin } = uprightSize(box, slopeAt(tilt, x, box.y + box.height), tilt.slope);
  return { x, y: box.y + box.height - margin };
}

/** Boxes that are probably on the same board, in any order. */
type Line = readonly Box[];

/** Fits the tilt to lines of boxes. `start` is the current estimate: boxes far from it count little. */
export function fitTilt(lines: readonly Line[], start: Tilt): Tilt {
  let tilt = start;
  for (let round = 0; round < 4; round++) tilt = fitOnce(lines, tilt);
  return tilt;
}

/** Fraction of a box's height by which lower edges on one board differ, because packs are at different depths and boxes are inexact. */
const footNoise = 0.06;

/**
 * The weight of level boards: as much as one pair of neighbours at a distance of a box's height. A tenth of it was measured to be
 * worse, because few boxes are misleading.
 */
const levelPull = 1;

/** One step of iteratively reweighted least squares (Cauchy weights), with a weak pull towards level boards. */
function fitOnce(lines: readonly Line[], tilt: Tilt): Tilt {
  // Normal equations of dy = (slope + spread * v) * dx, v: height of the line below tilt.y.
  let [ss, sv, vv, sy, vy] = [0, 0, 0, 0, 0];
  let reach = 0;
  for (const line of lines) {
    const feet = line.map((box) => footOf(box, tilt));
    const centreX = mean(feet.map(({ x }) => x));
    const centreY = mean(feet.map(({ y }) => y));
    const v = heightAt(tilt, centreX, centreY) - tilt.y;
    feet.forEach((foot, index) => {
      const dx = foot.x - centreX;
      const dy = foot.y - centreY;
      const { height } = line[index]!;
      const error = (dy - (tilt.slope + tilt.spread * v) * dx) / (footNoise * height);
      const weight = 1 / (1 + error * error) / (height * height);
      ss += weight * dx * dx;
      sv += weight * v * dx * dx;
      vv += weight * v * v * dx * dx;
      sy += weight * dx * dy;
      vy += weight * v * dx * dy;
    });
    reach = Math.max(reach, Math.abs(v));
  }
  ss += levelPull;
  vv += levelPull * (reach * reach + 1);
  const determinant = ss * vv - sv * sv;
  return {
    ...tilt,
    slope: within((sy * vv - vy * sv) / determinant, steepest),
    spread: within((vy * ss - sy * sv) / determinant, steepest / Math.max(1, reach)),
  };
}

/** 24 degrees: shelves are never steeper. */
const steepest = 0.45;

function within(value: number, limit: number): number {
  return Number.isFinite(value) ? Math.max(-limit, Math.min(limit, value)) : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
