import type { Lens } from './camera.ts';
import { project } from './fittings.ts';
import type { Facing } from './place.ts';
import type { ShelfPlan } from './plan.ts';
import { isInCatalogue } from './products/index.ts';
import type { Scene } from './scene.ts';

/** One facing as truth.json lists it. Pixels of the picture after its orientation is applied. */
export interface TrueFacing {
  /** Slug of the catalogue's product; null for a product that the catalogue lacks. */
  product: string | null;
  /** Slug of what was drawn, in the catalogue or not. */
  artwork: string;
  box: { x: number; y: number; width: number; height: number };
  /** Board from the top, counted from 0. */
  shelf: number;
  /** 0 stands on the board, 1 on another pack. */
  level: number;
  /** Place on the board from the left, counted from 0; packs of one stack share it. */
  position: number;
  /** Part of it lies outside the picture; the box ends at the edge. */
  truncated: boolean;
}

export const shownAtLeast = 0.3;

/** Where the camera put every facing. One with less than 30 % in the picture is left out: nobody could name it. */
export function findTruth(plan: ShelfPlan, scene: Scene, lens: Lens): TrueFacing[] {
  const positions = new Map<number, number>();
  return scene.facings.flatMap((facing) => {
    const next = positions.get(facing.board) ?? -1;
    const seen = boxInPhoto(plan, scene, lens, facing);
    const x = Math.max(0, seen.left);
    const y = Math.max(0, seen.top);
    const width = Math.min(plan.widthPx, seen.right) - x;
    const height = Math.min(plan.heightPx, seen.bottom) - y;
    const shown = (Math.max(0, width) * Math.max(0, height)) / ((seen.right - seen.left) * (seen.bottom - seen.top));
    if (shown < shownAtLeast) return [];
    const position = facing.level === 0 ? next + 1 : next;
    positions.set(facing.board, position);
    const { slug } = facing.product;
    return {
      product: isInCatalogue(slug) ? slug : null,
      artwork: slug,
      box: { x: round(x), y: round(y), width: round(width), height: round(height) },
      shelf: facing.board,
      level: facing.level,
      position,
      truncated: shown < 0.995,
    };
  });
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The upright box around the pack's corners. The tilt turns about the middle of its foot, as when it was drawn. */
export function boxInPhoto(plan: ShelfPlan, scene: Scene, lens: Lens, facing: Facing) {
  const { widthMm, heightMm } = facing.product;
  const angle = (facing.tiltDegrees * Math.PI) / 180;
  const corners = [
    [0, 0],
    [widthMm / 2, 0],
    [widthMm, 0],
    [0, heightMm],
    [widthMm / 2, heightMm],
    [widthMm, heightMm],
  ].map(([x, y]) => {
    const [dx, dy] = [x! - widthMm / 2, y! - heightMm];
    const turnedX = widthMm / 2 + dx * Math.cos(angle) - dy * Math.sin(angle);
    const turnedY = heightMm + dx * Math.sin(angle) + dy * Math.cos(angle);
    const [mmX, mmY] = project(plan, facing.leftMm + turnedX, facing.topMm + turnedY, facing.depthMm);
    return lens.toPhoto((mmX + scene.marginMm) * scene.pixelsPerMm, (mmY + scene.marginMm) * scene.pixelsPerMm);
  });
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
