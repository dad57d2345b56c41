/** Sides of the square frames that the local-features model is exported for, with how many keypoints each gives. */
const FRAMES = [
  { side: 192, keypoints: 300 },
  { side: 320, keypoints: 450 },
  { side: 448, keypoints: 600 },
] as const;

/** Enlarging brings fine details into the range of sizes that the model looks for; beyond this it only costs time. */
const ENLARGEMENT = 1.5;

/** The frame for a crop of this long side in pixels: the smallest that does not lose its details, else the largest. */
export function chooseVerifierSize(cropLongSide: number): { side: number; keypoints: number } {
  return FRAMES.find(({ side }) => side >= ENLARGEMENT * cropLongSide) ?? FRAMES.at(-1)!;
}
