import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchCounts, batchStatus, endedCount } from '../../../src/analyses/batch-status.ts';
import {
  type AnalysisStatus,
  analysisStatuses,
  batchCounters,
  costsNothing,
  isTerminal,
  mayMove,
  openStatuses,
  priorities,
  priorityName,
  type TerminalStatus,
} from '../../../src/analyses/life.ts';
import { failureCodes } from '../../../src/shared/failure.ts';

/** As the design's section 4 has it, written down a second time: who changes one must look at the other. */
const allowed: Record<AnalysisStatus, AnalysisStatus[]> = {
  AWAITING_UPLOAD: ['QUEUED', 'FAILED', 'EXPIRED', 'CANCELED'],
  QUEUED: ['RUNNING', 'FAILED', 'CANCELED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELED', 'QUEUED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELED: [],
  EXPIRED: [],
};

const everyPair = analysisStatuses.flatMap((from) => analysisStatuses.map((to) => [from, to] as const));

test.each(everyPair)('a move from %s to %s is allowed only where the design says so', (from, to) => {
  expect(mayMove(from, to)).toBe(allowed[from].includes(to));
});

test('the terminal statuses are those that nothing leads out of, and each has its counter', () => {
  const terminal = analysisStatuses.filter(isTerminal);
  expect(terminal).toEqual(['SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED']);
  expect(Object.keys(batchCounters).sort()).toEqual([...terminal].sort());
  expect(new Set(Object.values(batchCounters)).size).toBe(terminal.length);
  expect([...openStatuses, ...terminal].sort()).toEqual([...analysisStatuses].sort());
});

test('INTERACTIVE comes before NORMAL, and NORMAL before BULK, as numbers that sort', () => {
  expect(priorities.INTERACTIVE).toBeLessThan(priorities.NORMAL);
  expect(priorities.NORMAL).toBeLessThan(priorities.BULK);
  for (const [name, value] of Object.entries(priorities)) expect(priorityName(value)).toBe(name);
});

describe('any sequence of wanted moves', () => {
  const wanted = fc.array(fc.constantFrom(...analysisStatuses), { maxLength: 30 });
  const start = fc.constantFrom<AnalysisStatus>('AWAITING_UPLOAD', 'QUEUED');

  test('never leaves a terminal status, and starts no engine but from QUEUED', () => {
    fc.assert(
      fc.property(start, wanted, (from, moves) => {
        const path = follow(from, moves);
        const firstEnd = path.findIndex(isTerminal);
        if (firstEnd !== -1) expect(path.slice(firstEnd)).toEqual([path[firstEnd]]);
        path.forEach((status, index) => {
          if (status === 'RUNNING') expect(path[index - 1]).toBe('QUEUED');
        });
      }),
    );
  });

  test('of the members of a batch keeps its counters and its status true', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(start, wanted), { minLength: 1, maxLength: 20 }), (members) => {
        const paths = members.map(([from, moves]) => follow(from, moves));
        const counts: BatchCounts = { total: members.length, completed: 0, failed: 0, canceled: 0, expired: 0 };
        // Counted as the writer does: once for each move into a terminal status.
        for (const path of paths)
          for (const status of path.slice(1))
            if (isTerminal(status)) counts[batchCounters[status as TerminalStatus]] += 1;
        const open = paths.filter((path) => !isTerminal(path.at(-1)!)).length;
        expect(counts.total - endedCount(counts)).toBe(open);
        expect(batchStatus(counts)).toBe(open === 0 ? 'COMPLETED' : open === counts.total ? 'PROCESSING' : 'PARTIAL');
      }),
    );
  });
});

/** The statuses that one analysis goes through when of all these moves only the allowed ones are made. */
function follow(from: AnalysisStatus, moves: readonly AnalysisStatus[]): AnalysisStatus[] {
  const path = [from];
  for (const to of moves) if (mayMove(path.at(-1)!, to)) path.push(to);
  return path;
}

test('only the end of what an engine has begun costs, unless the server is at fault', () => {
  const free = everyPair.filter(([from, to]) => mayMove(from, to) && costsNothing(from, to));
  expect(free.map((pair) => pair.join(' → '))).toEqual([
    'AWAITING_UPLOAD → FAILED',
    'AWAITING_UPLOAD → CANCELED',
    'AWAITING_UPLOAD → EXPIRED',
    'QUEUED → FAILED',
    'QUEUED → CANCELED',
  ]);
  const freeFailures = failureCodes.filter((code) =>
    costsNothing('RUNNING', 'FAILED', { code, message: '', retryable: false }),
  );
  expect(freeFailures.sort()).toEqual(['ENGINE_CRASHED', 'INTERNAL', 'MODEL_UNAVAILABLE', 'VIDEO_UNAVAILABLE']);
});
