import fc, { type Arbitrary, type GeneratorValue } from 'fast-check';

/** Decisions drawn from fast-check one by one, so that the seed repeats them. */
export interface Draw {
  /** From `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<T>(values: readonly T[]): T;
  /** True in about this share of the draws. */
  chance(share: number): boolean;
  from<T>(arbitrary: Arbitrary<T>): T;
}

export function drawFrom(gen: GeneratorValue): Draw {
  const int = (min: number, max: number) => gen(fc.integer, { min, max });
  return {
    int,
    pick: (values) => values[int(0, values.length - 1)]!,
    chance: (share) => int(0, 999) < share * 1000,
    from: (arbitrary) => gen(() => arbitrary),
  };
}
