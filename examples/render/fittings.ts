import type { ShelfPlan } from './plan.ts';
import { linear, num } from './svg.ts';

/** How deep a shelf is, front edge to back wall. */
export const shelfDepthMm = 420;
/** From the eye to the front edge of the shelves. */
export const eyeDistanceMm = 1900;
/** Height of the price rail along a board's front edge. */
export const railMm = 42;

const colours = {
  white: {
    back: '#c9cbc8',
    backLow: '#8f9290',
    board: '#e4e4e0',
    under: '#5d5f5e',
    rail: '#f4f4f1',
    railLow: '#bfc0bd',
    post: '#d5d6d3',
  },
  wood: {
    back: '#8a6a48',
    backLow: '#54402b',
    board: '#b98f60',
    under: '#3f2e1d',
    rail: '#e9e3d6',
    railLow: '#b5ab97',
    post: '#75583a',
  },
  dark: {
    back: '#4d5156',
    backLow: '#2c2f33',
    board: '#6c7177',
    under: '#1d1f22',
    rail: '#3a3e44',
    railLow: '#1f2226',
    post: '#2d3034',
  },
};

/** Moves a point that lies `depth` behind the front plane to where the eye sees it in that plane. */
export function project(plan: ShelfPlan, x: number, y: number, depth: number): [x: number, y: number] {
  const nearer = eyeDistanceMm / (eyeDistanceMm + depth);
  const middle = plan.widthMm / 2;
  return [middle + (x - middle) * nearer, plan.camera.eyeMm + (y - plan.camera.eyeMm) * nearer];
}

function quad(points: [number, number][], fill: string): string {
  return `<path d="M${points.map(([x, y]) => `${num(x)} ${num(y)}`).join('L')}Z" fill="${fill}"/>`;
}

/** Gradients of walls, rails and the shadow under each board. */
export function fittingDefs(plan: ShelfPlan): string {
  const colour = colours[plan.fittings];
  return [
    linear('back', 'down', [
      [0, colour.backLow],
      [0.35, colour.back],
      [1, colour.backLow],
    ]),
    linear('rail', 'down', [
      [0, colour.rail],
      [0.55, colour.rail],
      [1, colour.railLow],
    ]),
    linear('post', 'across', [
      [0, colour.backLow],
      [0.4, colour.post],
      [1, colour.backLow],
    ]),
    linear('gloom', 'down', [
      [0, '#000', 0.62],
      [0.35, '#000', 0.3],
      [1, '#000', 0.05],
    ]),
    linear('overhang', 'down', [
      [0, '#000', 0.5],
      [0.25, '#000', 0.22],
      [1, '#000', 0],
    ]),
    linear('depth', 'down', [
      [0, '#000', 0.6],
      [1, '#000', 0.05],
    ]),
  ].join('');
}

/**
 * The wall behind the goods, darker where the boards keep the light away. It has one faint joint only: with a strong
 * joint every 150 mm the detector took the panels of the empty wall for cartons (16 false boxes on one picture).
 */
export function drawBack(plan: ShelfPlan, heightMm: number): string {
  const joint = `<path d="M${num(plan.widthMm * 0.46)} ${-heightMm}V${heightMm * 2}" stroke="#000" stroke-opacity=".14" stroke-width="2"/>`;
  const gloom = plan.boards.map((board, index) => {
    const above = index === 0 ? board.yMm - 420 : plan.boards[index - 1]!.yMm;
    return `<rect x="-999" y="${num(above)}" width="${plan.widthMm + 1998}" height="${num(board.yMm - above)}" fill="url(#gloom)"/>`;
  });
  return `<rect x="-999" y="-999" width="${plan.widthMm + 1998}" height="${heightMm + 1998}" fill="url(#back)"/>${joint}${gloom.join('')}`;
}

/** A board's upper or lower side, whichever the eye sees, from the front edge to the wall. */
export function drawBoard(plan: ShelfPlan, yMm: number): string {
  const colour = colours[plan.fittings];
  const seenFromAbove = yMm > plan.camera.eyeMm;
  const y = seenFromAbove ? yMm : yMm + railMm * 0.6;
  const corners: [number, number][] = [
    [plan.fromMm, y],
    [plan.toMm, y],
    project(plan, plan.toMm, y, shelfDepthMm),
    project(plan, plan.fromMm, y, shelfDepthMm),
  ];
  const shade = seenFromAbove ? quad(corners, 'url(#depth)') : '';
  return quad(corners, seenFromAbove ? colour.board : colour.under) + shade;
}

/** The plinth under the lowest board, and the floor it stands on. */
export function drawPlinth(plan: ShelfPlan, heightMm: number): string {
  const colour = colours[plan.fittings];
  const top = plan.boards.at(-1)!.yMm + railMm;
  const width = plan.toMm - plan.fromMm;
  return (
    `<rect x="${plan.fromMm}" y="${num(top)}" width="${width}" height="${num(heightMm + 400 - top)}" fill="${colour.railLow}"/>` +
    `<rect x="${plan.fromMm}" y="${num(top)}" width="${width}" height="60" fill="url(#overhang)"/>`
  );
}

/** The uprights left and right of the bay, in front of everything. */
export function drawPosts(plan: ShelfPlan, heightMm: number): string {
  const post = (x: number) => {
    const holes = Array.from(
      { length: Math.ceil((heightMm + 400) / 32) },
      (_, index) => `M${num(x + 12)} ${-200 + index * 32}v13`,
    ).join('');
    return `<rect x="${num(x)}" y="-300" width="24" height="${heightMm + 600}" fill="url(#post)"/><path d="${holes}" stroke="#000" stroke-opacity=".55" stroke-width="4"/>`;
  };
  return post(plan.fromMm - 24) + post(plan.toMm);
}
