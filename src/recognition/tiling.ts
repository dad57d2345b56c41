import type { Box, Size } from './box.ts';

/** See `tiling` in the pipeline file. */
export interface TilingRule {
  /** Median width of the products found, in pixels of the detector's input, below which a picture is cut into tiles. */
  whenNarrowerThan: number;
  /** How wide the median product should become by that. */
  targetWidth: number;
  /** Overlap of neighbouring tiles as a share of a tile's side, 0..0.5. */
  overlap: number;
  maxTilesPerSide: number;
}

/**
 * How many tiles the longer side needs for the detector to see products as wide as it wants them; 1 means no tiling.
 * frameScale is detector pixels for one picture pixel on the whole picture. Tiling never enlarges the picture beyond its
 * own pixels: there is nothing more to see.
 */
export function chooseTilesPerSide(productWidths: readonly number[], frameScale: number, rule: TilingRule): number {
  if (productWidths.length === 0 || frameScale >= 1) return 1;
  const median = medianWidth(productWidths) * frameScale;
  if (median >= rule.whenNarrowerThan) return 1;
  const wanted = rule.targetWidth / median;
  const possible = 1 / frameScale;
  for (let tiles = 1; tiles <= rule.maxTilesPerSide; tiles++) {
    if (zoomOf(tiles, rule.overlap) >= wanted) return tiles;
    if (zoomOf(tiles + 1, rule.overlap) > possible) return tiles;
  }
  return rule.maxTilesPerSide;
}

/** 0 when there is none. */
export function medianWidth(widths: readonly number[]): number {
  return [...widths].sort((a, b) => a - b)[widths.length >> 1] ?? 0;
}

/** How much larger a product appears when the longer side is cut into so many tiles. */
function zoomOf(tiles: number, overlap: number): number {
  return 1 + (tiles - 1) * (1 - overlap);
}

/** Square tiles (narrower only where the picture is) that cover the picture, rows first, neighbours overlapping. */
export function planTiles(image: Size, tilesPerSide: number, overlap: number): Box[] {
  const side = Math.ceil(Math.max(image.width, image.height) / zoomOf(tilesPerSide, overlap));
  const columns = spread(image.width, side, overlap);
  const rows = spread(image.height, side, overlap);
  return rows.flatMap((row) =>
    columns.map((column) => ({ x: column.start, y: row.start, width: column.length, height: row.length })),
  );
}

function spread(length: number, side: number, overlap: number): { start: number; length: number }[] {
  if (length <= side) return [{ start: 0, length }];
  // Not rounded to whole pixels: that made a fourth row of tiles where three fit, so neighbours may share a pixel less.
  const count = Math.ceil((length - side) / (side * (1 - overlap)) - 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => ({
    start: Math.round((index * (length - side)) / (count - 1)),
    length: side,
  }));
}

/**
 * Whether a box found in a tile touches an edge that cuts the picture: then it is probably a part of a product that the
 * neighbouring tile, or the whole picture, shows in full.
 */
export function isCutByTile(box: Box, tile: Box, image: Size, marginPx = 2): boolean {
  return (
    (tile.x > 0 && box.x <= tile.x + marginPx) ||
    (tile.y > 0 && box.y <= tile.y + marginPx) ||
    (tile.x + tile.width < image.width && box.x + box.width >= tile.x + tile.width - marginPx) ||
    (tile.y + tile.height < image.height && box.y + box.height >= tile.y + tile.height - marginPx)
  );
}
