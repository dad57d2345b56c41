import type { Lens } from '../camera.ts';

/** The clip: its frames, and where the camera is in each. */
export const clip = { widthPx: 1280, heightPx: 720, framesPerSecond: 25, seconds: 6 } as const;

/** A point that the camera's middle passes, as shares of the scene without its margin. */
interface Pose {
  x: number;
  y: number;
  zoom: number;
  rollDegrees: number;
}

/** From the left end to the right, with the small movements of a hand: no two of its rhythms are multiples of each other. */
function poseAt(seconds: number): Pose {
  const share = seconds / clip.seconds;
  const eased = share * share * (3 - 2 * share);
  return {
    x: 0.23 + 0.54 * eased + 0.0025 * Math.sin(seconds * 7.3),
    y: 0.5 + 0.012 * Math.sin(seconds * 2.9) + 0.004 * Math.sin(seconds * 11.7),
    zoom: 1 + 0.05 * Math.sin(seconds * 1.1),
    rollDegrees: 1.2 * Math.sin(seconds * 1.7),
  };
}

/**
 * The camera at a time of the clip.
 * @param scene its size in pixels without the margin, and the margin
 */
export function lensAt(seconds: number, scene: { widthPx: number; heightPx: number; marginPx: number }): Lens {
  const { x, y, zoom, rollDegrees } = poseAt(seconds);
  const roll = (rollDegrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const middle = { x: scene.marginPx + x * scene.widthPx, y: scene.marginPx + y * scene.heightPx };
  const half = { x: clip.widthPx / 2, y: clip.heightPx / 2 };
  return {
    toScene(px, py) {
      const [u, v] = [(px - half.x) / zoom, (py - half.y) / zoom];
      return [middle.x + u * cos - v * sin, middle.y + u * sin + v * cos];
    },
    toPhoto(sx, sy) {
      const [u, v] = [sx - middle.x, sy - middle.y];
      return [(u * cos + v * sin) * zoom + half.x, (v * cos - u * sin) * zoom + half.y];
    },
  };
}
