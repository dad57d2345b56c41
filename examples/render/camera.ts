import type { CameraPlan } from './plan.ts';

/** Maps a point of the photograph to the scene and back; both in pixels, the scene's with its margin. */
export interface Lens {
  toScene(x: number, y: number): [x: number, y: number];
  toPhoto(x: number, y: number): [x: number, y: number];
}

type Matrix = [number, number, number, number, number, number, number, number, number];

function apply(m: Matrix, x: number, y: number): [number, number] {
  const w = m[6] * x + m[7] * y + m[8];
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w];
}

/** The inverse up to a factor, which is all that a projective map needs: the adjugate. */
function invert([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

/**
 * A hand-held lens: turned a little, a little from the side, with a wide angle's barrel. Points are measured from the
 * picture's middle in units of its half diagonal, so the same plan suits every size.
 */
export function createLens(widthPx: number, heightPx: number, marginPx: number, camera: CameraPlan): Lens {
  const half = Math.hypot(widthPx, heightPx) / 2;
  const roll = (camera.rollDegrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const toPlane: Matrix = [cos, -sin, 0, sin, cos, 0, camera.sideways, camera.upwards, 1];
  const fromPlane = invert(toPlane);
  return {
    toScene(x, y) {
      const u = (x - widthPx / 2) / half;
      const v = (y - heightPx / 2) / half;
      const bend = 1 + camera.barrel * (u * u + v * v);
      const [a, b] = apply(toPlane, u * bend, v * bend);
      return [a * half + widthPx / 2 + marginPx, b * half + heightPx / 2 + marginPx];
    },
    toPhoto(x, y) {
      const [p, q] = apply(fromPlane, (x - marginPx - widthPx / 2) / half, (y - marginPx - heightPx / 2) / half);
      // The barrel has no handy inverse; each round of this gains two digits, so six are far below a pixel.
      let [u, v] = [p, q];
      for (let round = 0; round < 6; round++) {
        const bend = 1 + camera.barrel * (u * u + v * v);
        [u, v] = [p / bend, q / bend];
      }
      return [u * half + widthPx / 2, v * half + heightPx / 2];
    },
  };
}
