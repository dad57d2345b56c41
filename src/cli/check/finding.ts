import type { Config } from '../../config.ts';

/** What a check has found on this machine. */
export interface Finding {
  /** false: it prevents Sightline from running. */
  isOk: boolean;
  /** What was checked, for example `database`. */
  about: string;
  /** What was found; for a problem, also how to fix it. */
  text: string;
}

/** Checks one thing; never throws because of what it finds. */
export type Check = (config: Config) => Promise<Finding[]>;

export function ok(about: string, text: string): Finding {
  return { isOk: true, about, text };
}

export function problem(about: string, text: string): Finding {
  return { isOk: false, about, text };
}

/** @returns the error of `work` as a problem; null: there was none. */
export async function problemOf(about: string, work: () => Promise<unknown>): Promise<Finding | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return problem(about, error instanceof Error ? error.message : String(error));
  }
}

/** Bytes, for people. */
export function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
