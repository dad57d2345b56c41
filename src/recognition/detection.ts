/** One product, person, animal or vehicle found in a picture. Boxes are pixels of the picture after EXIF orientation. Stored results are rounded (rounding.ts). */
export interface Detection {
  box: [x: number, y: number, width: number, height: number];
  /** Score for the presence of a product or thing, 0..1. */
  objectness: number;
  /** Probability that itemId is right, 0..1; objectness if itemId is null. */
  confidence: number;
  itemId: string | null;
  /** How itemId was decided; null if itemId is. CORRECTION only in results that corrections were applied to, never in stored ones. */
  matchedBy: 'APPEARANCE' | 'VERIFIED' | 'NEIGHBOR' | 'BARCODE' | 'CORRECTION' | null;
  /** Most probable first; the named item is among them. */
  candidates: { itemId: string; confidence: number }[];
  /** The detector's class, if it has classes, or what a classifier says of this part of the picture. */
  label: string | null;
  /** Group of the label. Absent or null: it is in none. */
  group?: string | null;
  /** 0..1; absent: it is the objectness. */
  labelConfidence?: number;
  /** Shelf from the top, position on it from the left, level above it: from 0. Absent in results from before places were computed. */
  place?: readonly [shelf: number, position: number, level: number];
}

/** Fields of a detection that every export contains unchanged. CSV and COCO write the names in snake case. */
export const plainDetectionFields = [
  'objectness',
  'confidence',
  'matchedBy',
  'label',
] as const satisfies readonly (keyof Detection)[];

export type PlainDetectionField = (typeof plainDetectionFields)[number];

export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
