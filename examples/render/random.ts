/** A seeded source of numbers: the same seed gives the same pictures on every run. */
export interface Random {
  /** A number in [min, max). */
  between(min: number, max: number): number;
  /** True with this chance, 0..1. */
  chance(probability: number): boolean;
  /** About normal, mean 0, deviation 1. Sum of four uniforms: a picture needs millions and no far tails. */
  normal(): number;
}

/** The mulberry32 generator: 32 bits of state are plenty for scattering crisps, and it is six lines. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (min, max) => min + (max - min) * next(),
    chance: (probability) => next() < probability,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
  };
}
