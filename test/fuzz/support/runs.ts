import { randomInt } from 'node:crypto';

const given = process.env.FUZZ_SEED;

/** Printed by each test, so that a run can be repeated with FUZZ_SEED. */
export const seed = given === undefined ? randomInt(2 ** 31) : Number(given);

const scale = Number(process.env.FUZZ_SCALE ?? '1');

/** How many inputs of a kind this run tries, at least one. */
export function runs(count: number): number {
  return Math.max(1, Math.round(count * scale));
}

export function announce(what: string, count: number): void {
  console.info(`${what}: ${count} inputs, FUZZ_SEED=${seed}`);
}
