/** Facings of one product side by side, or a gap where goods are sold out (millimetres). */
export type Run = { product: string; facings: number; levels?: number } | { gapMm: number };

/** One shelf board: its height in the bay (millimetres from the top of the scene) and what stands on it, from the left. */
export interface BoardPlan {
  yMm: number;
  runs: Run[];
}

/** How the photograph was taken. Angles in degrees. */
export interface CameraPlan {
  /** Turn of the picture in its own plane. */
  rollDegrees: number;
  /** How much shorter the far side is than the near one, as a share; negative: the left side is far. */
  sideways: number;
  /** The same for the top against the bottom; negative: the bottom is far. */
  upwards: number;
  /** Barrel distortion at the corners, as a share of the half diagonal. */
  barrel: number;
  eyeMm: number;
}

/** What light and sensor did to the photograph. */
export interface LookPlan {
  exposure: number;
  /** Above 1 is warm light, below 1 is cold. */
  warmth: number;
  vignette: number;
  /** Deviation of the noise in grey levels. */
  noise: number;
  blurPx: number;
  quality: number;
}

/** One picture of shelves. */
export interface ShelfPlan {
  file: string;
  seed: number;
  widthPx: number;
  heightPx: number;
  widthMm: number;
  /** Metal, wood or dark: the fittings of the shop. */
  fittings: 'white' | 'wood' | 'dark';
  boards: BoardPlan[];
  /** Where the uprights of the bay stand; boards end there. */
  fromMm: number;
  toMm: number;
  camera: CameraPlan;
  look: LookPlan;
  /** EXIF of a telephone: orientation 6 (held upright) and when it was taken. */
  exif?: { orientation: 1 | 6 | 8; takenAt: string; offset: string };
}
