import type { Kysely } from 'kysely';
import { readBatchAnalyses } from '../../../src/analyses/members.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import type { Position } from '../../../src/events/event.ts';
import type { EventFilter } from '../../../src/events/event-filter.ts';
import { defaultLimits } from '../../../src/events/hub-figures.ts';
import { pruneOrganizationEvents } from '../../../src/events/log.ts';
import { readEvents, readFirstPage, readLogState } from '../../../src/events/read-log.ts';
import { startStreams, streamFilter } from '../../../src/events/stream-start.ts';
import { type Action, RowCount } from './measure.ts';
import type { Picked } from './picked.ts';

/** What subscriptions read: the tail, and the log from a cursor a week old. */
export function logReads(picked: Picked): Action[] {
  const { organizationId, oldestPosition: old, latestPosition } = picked;
  const analyses = { organizationId, kind: 'ANALYSIS' } as const;
  const limit = defaultLimits.pageEvents;
  return [
    { what: 'log: the first page of a process', run: (db) => readFirstPage(db, defaultLimits.ringEvents) },
    { what: 'log: its state', run: (db) => readLogState(db, organizationId) },
    { what: 'log: the next page of the tail', run: (db) => readEvents(db, latestPosition, { limit }) },
    { what: 'log: a page of all events, from an old cursor', run: (db) => readEvents(db, old, { limit }) },
    {
      what: 'log: a page of analyses, from an old cursor',
      run: (db) => readEvents(db, old, { limit, filter: analyses }),
    },
    {
      what: 'log: all of one analysis, from an old cursor',
      run: (db) => replay(db, old, { ...analyses, entityIds: [picked.oldestAnalysisId] }),
    },
    {
      what: 'log: all of one batch, from an old cursor',
      run: (db) => replay(db, old, { organizationId, kind: 'BATCH', entityIds: [picked.oldestBatchId] }),
    },
    {
      what: 'log: all analyses of one batch, from an old cursor',
      run: (db) => replay(db, old, { ...analyses, batchId: picked.oldestBatchId }),
    },
    {
      what: 'log: a page of a rare task, from an old cursor',
      run: (db) => readEvents(db, old, { limit, filter: { ...analyses, taskId: picked.rareTaskId } }),
    },
    {
      what: 'log: a page for a caller who is limited to a place, from an old cursor',
      run: (db) =>
        readEvents(db, old, {
          limit,
          filter: { ...analyses, narrowing: { taskIds: null, placeIds: [picked.placeId] } },
        }),
    },
    { what: 'a stream about a batch begins', run: (db) => startBatchStream(db, picked) },
    {
      what: "an organisation's events of days ago are pruned, 500 at a time",
      run: async (db) => new RowCount(await pruneOrganizationEvents(db, picked.organizationIds.at(-1)!, 2, 500)),
    },
  ];
}

/** Page by page, as a stream that resumes does, until it has caught up. */
async function replay(db: Kysely<DB>, from: Position, filter: EventFilter): Promise<void> {
  for (let after = from, full = true; full; ) {
    const page = await readEvents(db, after, { limit: defaultLimits.pageEvents, filter });
    full = page.full;
    after = page.end;
  }
}

function startBatchStream(db: Kysely<DB>, { organizationId, batchId }: Picked): Promise<unknown> {
  const request = {
    organizationId,
    kind: 'ANALYSIS' as const,
    batchId,
    after: null,
    memberSet: { key: batchId, read: readBatchAnalyses },
    isSettled: () => true,
  };
  return startStreams(db, [{ request, filter: streamFilter(request), point: null }]);
}
