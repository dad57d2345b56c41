import type { Box } from '../../../../src/recognition/box.ts';
import type { Place } from '../../../../src/recognition/realogram.ts';

/** What stands on a shelf from left to right, in millimetres: stacks of packs of one size, with what lies free before them. */
export interface Stack {
  width: number;
  height: number;
  levels: number;
  gapBefore: number;
}

/** Boards from top to bottom. */
export type Planogram = readonly (readonly Stack[])[];

/** How a camera two metres before the middle of the shelf is turned, in degrees. */
export interface View {
  roll: number;
  /** From the left. */
  yaw: number;
  /** From above. */
  pitch: number;
}

/** Free air and price rail between the tallest stack of a shelf and the board above. */
const roomAboveMm = 60;
const distanceMm = 2_000;
const focalPixels = 1_400;

/** The boxes that a camera sees of a planogram's packs, each with its place. `noise` shifts edges: -1..1 of 3 % of the pack. */
export function photograph(planogram: Planogram, view: View, noise: () => number): { box: Box; place: Place }[] {
  const packs = layOut(planogram);
  const middle = {
    x: Math.max(...packs.map((pack) => pack.left + pack.width)) / 2,
    y: Math.max(...packs.map((pack) => pack.top + pack.height)) / 2,
  };
  return packs.map(({ left, top, width, height, place }) => {
    const corners = [left, left + width].flatMap((x) =>
      [top, top + height].map((y) => project(x - middle.x, y - middle.y, view)),
    );
    const xs = corners.map(({ x }) => x);
    const ys = corners.map(({ y }) => y);
    return { box: shaken(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), noise), place };
  });
}

function shaken(left: number, top: number, right: number, bottom: number, noise: () => number): Box {
  const [dx, dy] = [0.03 * (right - left), 0.03 * (bottom - top)];
  const x = left + dx * noise();
  const y = top + dy * noise();
  return { x, y, width: right + dx * noise() - x, height: bottom + dy * noise() - y };
}

function layOut(planogram: Planogram) {
  let board = 0;
  return planogram.flatMap((stacks, shelf) => {
    board += Math.max(...stacks.map(({ height, levels }) => height * levels)) + roomAboveMm;
    let left = 0;
    return stacks.flatMap(({ width, height, levels, gapBefore }, position) => {
      left += gapBefore;
      const packs = Array.from({ length: levels }, (_, level) => ({
        left,
        top: board - (level + 1) * height,
        width,
        height,
        place: { shelf, position, level },
      }));
      left += width;
      return packs;
    });
  });
}

/** A point of the shelf's plane through a pinhole camera, in pixels. */
function project(x: number, y: number, { roll, yaw, pitch }: View): { x: number; y: number } {
  const [sinYaw, cosYaw] = [Math.sin(radians(yaw)), Math.cos(radians(yaw))];
  const [sinPitch, cosPitch] = [Math.sin(radians(pitch)), Math.cos(radians(pitch))];
  const [sinRoll, cosRoll] = [Math.sin(radians(roll)), Math.cos(radians(roll))];
  const turned = { x: x * cosYaw, y, z: x * sinYaw };
  const nodded = {
    x: turned.x,
    y: turned.y * cosPitch - turned.z * sinPitch,
    z: turned.y * sinPitch + turned.z * cosPitch,
  };
  const scale = focalPixels / (distanceMm + nodded.z);
  const [u, v] = [nodded.x * scale, nodded.y * scale];
  return { x: 2_000 + u * cosRoll - v * sinRoll, y: 1_500 + u * sinRoll + v * cosRoll };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
