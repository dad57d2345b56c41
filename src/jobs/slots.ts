/**
 * How many jobs of a kind one worker runs at a time. Each slot is a runner of its own, so that jobs of one never wait
 * behind those of another.
 */
export const slots = {
  /** Two chunks of analyses, so that engines find the next one waiting when one ends. */
  analyses: { concurrency: 2 },
  /** Short jobs, which would wait for minutes behind chunks. */
  chores: { concurrency: 3 },
  /** Somebody waits for these, for seconds: they may not wait behind chores that wait for engines. */
  awaited: { concurrency: 3 },
  /** Exports take minutes: several at once would only take memory, and among the chores they would occupy every runner. */
  exports: { concurrency: 1 },
  /** These wait in the engines behind every analysis, and would keep chores waiting meanwhile. */
  indexing: { concurrency: 1 },
  /** Uploads that are looked for in a bucket and read once they are there. A slow bucket delays nothing else. */
  arrivals: { concurrency: 4 },
  /** Hosts that pictures are downloaded from at the same time. Each may take up to 20 s to answer. */
  fetches: { concurrency: 8 },
} as const satisfies Record<string, { concurrency: number }>;

export type SlotName = keyof typeof slots;
