/**
 * How many jobs of a kind one worker runs at a time. Each slot is a separate runner, so that jobs of one slot never wait behind
 * those of another.
 */
export const slots = {
  /** Two chunks of analyses, so that the next one is ready for the engines when one ends. */
  analyses: { concurrency: 2 },
  /** Short jobs, which would otherwise wait for minutes behind chunks. */
  chores: { concurrency: 3 },
  /** A client waits for these, for seconds only: they must not wait behind chores that wait for engines. */
  awaited: { concurrency: 3 },
  /** Exports take minutes: several at once would only use more memory, and among the chores they would occupy every runner. */
  exports: { concurrency: 1 },
  /** Imports of thousands of rows take minutes, too, and no export should wait for a catalogue. */
  imports: { concurrency: 1 },
  /** In the engines these wait behind every analysis, so chores would have to wait with them. */
  indexing: { concurrency: 1 },
  /** Uploads that are looked for in a bucket and read when they have arrived. A slow bucket delays nothing else. */
  arrivals: { concurrency: 4 },
  /** Number of hosts from which pictures are downloaded at the same time. Each may take up to 20 s to respond. */
  fetches: { concurrency: 8 },
  /** Videos that are downloaded at the same time. Each may take ten minutes, so that no picture waits for them. */
  videoFetches: { concurrency: 4 },
  /** Videos that are analysed at the same time, each with a decoder of its own (170 MB). They take minutes to hours. */
  videos: { concurrency: 2 },
  /** Headers and single frames of videos: seconds, and somebody waits for them. Each has a decoder of its own. */
  probes: { concurrency: 2 },
} as const satisfies Record<string, { concurrency: number }>;

export type SlotName = keyof typeof slots;
