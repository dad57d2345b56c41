/** One product that was found in a picture. Boxes are pixels of the picture after EXIF orientation. Stored results are rounded (rounding.ts). */
export interface Detection {
  box: [x: number, y: number, width: number, height: number];
  /** 0..1 that a product is there. */
  objectness: number;
  /** Chance that itemId is right, 0..1; objectness when itemId is null. */
  confidence: number;
  itemId: string | null;
  /** What decided; null with itemId. */
  matchedBy: 'APPEARANCE' | 'VERIFIED' | 'NEIGHBOR' | null;
  /** Likeliest first; the named item is among them. */
  candidates: { itemId: string; confidence: number }[];
  /** The detector's class, when it has classes. */
  label: string | null;
  /** Shelf from the top, position on it from the left, level above it: from 0. Absent in results of before they were found. */
  place?: readonly [shelf: number, position: number, level: number];
}

/** What every export tells of a detection as it is. CSV and COCO write the names in snake case. */
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
