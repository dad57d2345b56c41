import { setTimeout as delay } from 'node:timers/promises';
import type { AnalysisResult } from '../../src/analyses/result.ts';
import { ResultWriter } from '../../workers/result-writer.ts';
import { sharedClockMs } from './clock.ts';
import type { PushParts } from './push-parts.ts';

/** A change that was committed. */
export interface Commit {
  analysisId: string;
  status: 'RUNNING' | 'SUCCEEDED';
  /** On the shared clock, right after the commit. */
  atMs: number;
}

/** How long an analysis stays RUNNING, in analyses: each ends when the one this many later begins. */
const runningAtOnce = 16;

/**
 * Lets analyses run and succeed at a steady rate, through the writer that a worker uses: gathered, committed together with
 * results, counters and events, then hinted. What engines found is the same each time; no engine runs.
 */
export async function makeStatusChanges(
  parts: PushParts,
  analysisIds: readonly string[],
  changesPerSecond: number,
): Promise<Commit[]> {
  const writer = new ResultWriter(parts);
  const commits: Commit[] = [];
  const writes: Promise<void>[] = [];
  const write = (analysisId: string, status: Commit['status']) => {
    const move = status === 'RUNNING' ? { to: status, attempt: 1 } : { to: status, result };
    const written = writer.write({ analysisId, ...move }).then((made) => {
      if (!made) throw new Error(`Analysis ${analysisId} could not become ${status}.`);
      commits.push({ analysisId, status, atMs: sharedClockMs() });
    });
    writes.push(written);
  };
  const startedAt = sharedClockMs();
  for (let index = 0; index < analysisIds.length + runningAtOnce; index++) {
    // Two changes a turn; late turns are made up for, so the rate holds.
    const dueInMs = startedAt + (index * 2 * 1000) / changesPerSecond - sharedClockMs();
    if (dueInMs > 0) await delay(dueInMs);
    const starting = analysisIds[index];
    const ending = analysisIds[index - runningAtOnce];
    if (starting) write(starting, 'RUNNING');
    if (ending) write(ending, 'SUCCEEDED');
  }
  await Promise.all(writes);
  await writer.close();
  return commits;
}

/** Twenty products, as on a picture of one shelf. */
const result: AnalysisResult = {
  width: 1600,
  height: 1200,
  labels: [],
  accepted: null,
  texts: null,
  codes: null,
  prices: null,
  warnings: [],
  timings: { decodeMs: 30, inferenceMs: 400, matchMs: 1 },
  detections: Array.from({ length: 20 }, (_, index) => ({
    box: [index * 75, 100, 70, 180],
    objectness: 0.97,
    confidence: 0.93,
    itemId: null,
    matchedBy: null,
    candidates: [],
    label: null,
  })),
};
