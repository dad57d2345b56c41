/** Fitted on labelled pictures by models/training/calibrate.ts; see docs/models.md. */
export interface Calibration {
  temperature: number;
  /** The cosine at which "none of the items" is as probable as an item. */
  noneCosine: number;
}

/**
 * Turns cosines with all items into probabilities that each is the right one. They sum to less than 1; the rest is the probability
 * that it is none of them. A softmax over the whole catalogue lowers every probability when similar items are added, which a
 * threshold on the cosine would not.
 */
export function calibrate(cosines: Float32Array, calibration: Calibration): Float64Array {
  const { temperature, noneCosine } = calibration;
  let highest = noneCosine;
  for (const cosine of cosines) if (cosine > highest) highest = cosine;
  const weights = Float64Array.from(cosines, (cosine) => Math.exp((cosine - highest) / temperature));
  let total = Math.exp((noneCosine - highest) / temperature);
  for (const weight of weights) total += weight;
  return weights.map((weight) => weight / total);
}
