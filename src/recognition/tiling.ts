import type { Box, Size } from './box.ts';

/** See `tiling` in the pipeline file. */
export interface TilingRule {
  /** Median width of the products found, in pixels of the detector's input, below which a picture is divided into tiles. */
  whenNarrowerThan: number;
  /** The width that the median product should get. */
  targetWidth: number;
  /** Overlap of neighbouring tiles as a share of a tile's side, 0..0.5. */
  overlap: number;
  maxTilesPerSide: number;
}

/**
 * How many tiles the longer side needs so that products have the target width for the detector; 1 means no tiling. frameScale is
 * detector pixels per picture pixel for the whole picture. Tiling never enlarges the picture beyond its own pixels, which would add
 * no detail.
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

/** How much larger a product appears if the longer side is divided into this many tiles. */
function zoomOf(tiles: number, overlap: number): number {
  return 1 + (tiles - 1) * (1 - overlap);
}

/** Overlapping square tiles (narrower only if the picture is) that cover the picture, row by row. */
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
  // Not rounded to whole pixels, which would cause a fourth row of tiles where three fit; neighbours may therefore share one pixel
  // less.
  const count = Math.ceil((length - side) / (side * (1 - overlap)) - 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => ({
    start: Math.round((index * (length - side)) / (count - 1)),
    length: side,
  }));
}

/**
 * Whether a box found in a tile touches an edge of the tile inside the picture: then it is probably part of a product that the
 * neighbouring tile, or the whole picture, shows completely.
 */
export function isCutByTile(box: Box, tile: Box, image: Size, marginPx = 2): boolean {
  return (
    (tile.x > 0 && box.x <= tile.x + marginPx) ||
    (tile.y > 0 && box.y <= tile.y + marginPx) ||
    (tile.x + tile.width < image.width && box.x + box.width >= tile.x + tile.width - marginPx) ||
    (tile.y + tile.height < image.height && box.y + box.height >= tile.y + tile.height - marginPx)
  );
}
