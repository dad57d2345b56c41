/** What a line says. */
export interface ReadText {
  text: string;
  /** Mean probability of its characters, 0..1; 0 if there are none. */
  confidence: number;
}

/** Class 0 of a text recogniser: no character, or the rest of the one before. */
const nothing = 0;

/**
 * Reads a recogniser's output (CTC): the likeliest class of each step, where repetitions and "nothing" are left out.
 * @param probabilities step after step, one value for each class: nothing, then `characters`.
 */
export function readCharacters(probabilities: Float32Array, characters: readonly string[]): ReadText {
  const classes = characters.length + 1;
  const read: string[] = [];
  let sum = 0;
  let before = nothing;
  for (let start = 0; start + classes <= probabilities.length; start += classes) {
    const likeliest = indexOfLargest(probabilities, start, classes);
    if (likeliest !== nothing && likeliest !== before) {
      read.push(characters[likeliest - 1]!);
      sum += probabilities[start + likeliest]!;
    }
    before = likeliest;
  }
  return { text: read.join(''), confidence: read.length === 0 ? 0 : sum / read.length };
}

function indexOfLargest(values: Float32Array, start: number, length: number): number {
  let [largest, index] = [-Infinity, 0];
  for (let at = 0; at < length; at++) {
    const value = values[start + at]!;
    if (value > largest) [largest, index] = [value, at];
  }
  return index;
}
