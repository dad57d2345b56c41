import { drawBack, drawBoard, drawPlinth, drawPosts, eyeDistanceMm, fittingDefs, project } from './fittings.ts';
import { type Product, sharedDefs } from './pack.ts';
import { type Facing, placeFacings } from './place.ts';
import type { ShelfPlan } from './plan.ts';
import { drawRail } from './rail.ts';
import { num } from './svg.ts';

/** A shelf as it would be seen straight on by a perfect camera, with the facings that are in it. */
export interface Scene {
  svg: string;
  facings: Facing[];
  /** The picture shows more than the photograph will, so that turning it leaves no empty corner. */
  marginMm: number;
  pixelsPerMm: number;
}

const marginShare = 0.08;

/** Draws the whole plan as one SVG: wall, then board by board from the back to the front. */
export function drawScene(plan: ShelfPlan): Scene {
  const pixelsPerMm = plan.widthPx / plan.widthMm;
  const heightMm = plan.heightPx / pixelsPerMm;
  const marginMm = plan.widthMm * marginShare;
  const facings = placeFacings(plan);
  const products = [...new Set(facings.map((facing) => facing.product))];
  const boards = plan.boards.map((board, index) => drawBoard(plan, board.yMm) + drawGoods(plan, facings, index));
  // Rails come last: a board's front edge hides whatever of the row behind would reach above it.
  const rails = plan.boards.map((_, index) => drawRail(plan, index, facings));
  const width = plan.widthMm + 2 * marginMm;
  const height = heightMm + 2 * marginMm;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width * pixelsPerMm)}" height="${Math.round(height * pixelsPerMm)}" ` +
    `viewBox="${num(-marginMm)} ${num(-marginMm)} ${num(width)} ${num(height)}"><defs>${sharedDefs}${fittingDefs(plan)}` +
    `${products.map(defineProduct).join('')}</defs>${drawBack(plan, heightMm)}${boards.join('')}${drawPlinth(plan, heightMm)}${rails.join('')}${drawPosts(plan, heightMm)}</svg>`;
  return { svg, facings, marginMm, pixelsPerMm };
}

function defineProduct({ slug, artwork }: Product): string {
  return `${artwork.defs}<g id="${slug}">${artwork.body}</g><path id="${slug}-outline" d="${artwork.silhouette}"/>`;
}

/** From the back to the front: rows behind, then sides of cartons, which a neighbour's front may hide, then the fronts. */
function drawGoods(plan: ShelfPlan, facings: Facing[], board: number): string {
  const here = facings.filter((facing) => facing.board === board);
  const behind = [2, 1].flatMap((row) =>
    here.filter((facing) => facing.behind >= row).map((facing) => drawBehind(plan, facing, row)),
  );
  const sides = here.map((facing) => drawFaces(plan, facing));
  const fronts = here.map((facing) => drawShadow(plan, facing) + drawPack(plan, facing, facing.depthMm, facing.wear));
  return behind.join('') + sides.join('') + fronts.join('');
}

/** Where a pack's front lands in the plane of the picture, as an SVG transform. */
function standAt(plan: ShelfPlan, facing: Facing, depthMm: number): string {
  const [x, y] = project(plan, facing.leftMm, facing.topMm, depthMm);
  const scale = eyeDistanceMm / (eyeDistanceMm + depthMm);
  const { widthMm, heightMm } = facing.product;
  return `translate(${num(x)} ${num(y)}) scale(${Math.round(scale * 1e5) / 1e5}) rotate(${num(facing.tiltDegrees)} ${num(widthMm / 2)} ${num(heightMm)})`;
}

function drawPack(plan: ShelfPlan, facing: Facing, depthMm: number, darkness: number): string {
  const { slug } = facing.product;
  const shade = darkness > 0 ? `<use href="#${slug}-outline" fill="#000" fill-opacity="${darkness}"/>` : '';
  return `<g transform="${standAt(plan, facing, depthMm)}"><use href="#${slug}"/>${shade}</g>`;
}

function drawBehind(plan: ShelfPlan, facing: Facing, row: number): string {
  return drawPack(plan, facing, facing.depthMm + row * (facing.product.depthMm + 8), 0.26 + row * 0.16);
}

/**
 * The shadow on wall and neighbours, below and beside the pack since the lamps hang above. Strokes of growing width
 * stand in for a blur, which as a filter for each pack is far slower to draw.
 */
function drawShadow(plan: ShelfPlan, facing: Facing): string {
  const strokes = [10, 7, 4.5, 2.4].map(
    (width) => `<use href="#${facing.product.slug}-outline" y="${num(width * 0.6)}" stroke-width="${width}"/>`,
  );
  const { widthMm, heightMm } = facing.product;
  const foot = `<ellipse cx="${num(widthMm / 2)}" cy="${num(heightMm)}" rx="${num(widthMm * 0.53)}" ry="5" fill="#000" fill-opacity=".4" stroke="none"/>`;
  return `<g transform="${standAt(plan, facing, facing.depthMm)}" fill="none" stroke="#000" stroke-opacity=".15" stroke-linejoin="round">${strokes.join('')}${foot}</g>`;
}

/** The side and the top of a carton, where the eye stands far enough beside or above it to see them. */
function drawFaces(plan: ShelfPlan, facing: Facing): string {
  const { faces } = facing.product.artwork;
  if (faces === undefined) return '';
  const { widthMm, heightMm, depthMm } = facing.product;
  const left = facing.leftMm;
  const right = left + widthMm;
  const top = facing.topMm;
  const bottom = top + heightMm;
  const near = facing.depthMm;
  const far = near + depthMm;
  const face = (points: [number, number, number][], fill: string, darkness: number) => {
    const path = `M${points.map(([x, y, z]) => project(plan, x, y, z).map(num).join(' ')).join('L')}Z`;
    return `<path d="${path}" fill="${fill}"/><path d="${path}" fill="#000" fill-opacity="${darkness}"/>`;
  };
  const sideX = left > plan.widthMm / 2 ? left : right;
  const side = face(
    [
      [sideX, top, near],
      [sideX, bottom, near],
      [sideX, bottom, far],
      [sideX, top, far],
    ],
    faces.side,
    0.35,
  );
  const lid = face(
    [
      [left, top, near],
      [right, top, near],
      [right, top, far],
      [left, top, far],
    ],
    faces.top,
    0.12,
  );
  return side + (top > plan.camera.eyeMm ? lid : '');
}
