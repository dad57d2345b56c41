import { findAnalyses } from '../analyses/analyses.repository.ts';
import type { AnalysisRow } from '../analyses/columns.ts';
import { isTerminal } from '../analyses/life.ts';
import { readAnalysisMembers } from '../analyses/members.ts';
import type { Resources } from '../resources.ts';
import type { SubmitInput } from './submission.ts';
import { type SubmitOptions, submit } from './submit.service.ts';

export interface Recognized {
  analysis: AnalysisRow;
  /** The wait ended before the analysis did; the analysis continues. */
  timedOut: boolean;
  /** Created by an earlier request with the same key. */
  replayed: boolean;
  /** The position before its first event; for a replayed one, before its next event. */
  eventCursor: string;
}

/**
 * Submits one picture before all waiting work, and waits for its end for up to `waitMs`. It reads the same log as every
 * subscription, so any process may run the analysis.
 * @param signal of the request: when the client disconnects, the wait ends and the analysis continues.
 */
export async function recognize(
  app: Resources,
  organizationId: string,
  input: Omit<SubmitInput, 'priority'>,
  { waitMs, signal, ...options }: Omit<SubmitOptions, 'asBatch'> & { waitMs: number; signal: AbortSignal | null },
): Promise<Recognized> {
  const deadline = performance.now() + waitMs;
  const eventCursor = await app.events.currentCursor();
  const picture = { ...input, priority: 'INTERACTIVE' } as const;
  const { items, replayed } = await submit(app, organizationId, picture, { ...options, asBatch: false });
  const { analysisId, replayed: itemReplayed } = items[0]!;
  await waitUntilSettled(app, organizationId, analysisId, deadline, signal);
  const [analysis] = await findAnalyses(app.db, organizationId, [analysisId]);
  if (!analysis) throw new Error(`The analysis ${analysisId} vanished while it was waited for.`);
  return { analysis, timedOut: !isTerminal(analysis.status), replayed: replayed || itemReplayed, eventCursor };
}

async function waitUntilSettled(
  app: Resources,
  organizationId: string,
  analysisId: string,
  deadline: number,
  signal: AbortSignal | null,
): Promise<void> {
  const stream = app.events.open({
    organizationId,
    kind: 'ANALYSIS',
    entityIds: [analysisId],
    after: null,
    members: (trx) => readAnalysisMembers(trx, organizationId, [{ ids: [analysisId] }]),
    isSettled: ({ status }) => isTerminal(status),
  });
  const stop = () => void stream.return?.();
  const timer = setTimeout(stop, Math.max(0, deadline - performance.now()));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const item of stream) if (item.type === 'event' && isTerminal(item.event.state.status)) return;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
