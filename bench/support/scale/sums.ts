import type { Kysely } from 'kysely';
import { readPlaceCounts, readStats, type StatsRequest } from '../../../src/analyses/statistics/stats.service.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { searchByItem } from '../../../src/library/search.repository.ts';
import { searchByWords } from '../../../src/library/search-words.repository.ts';
import { sumTaskShelfUse } from '../../../src/tasks/task-shares.repository.ts';
import { getTaskStats } from '../../../src/tasks/task-stats.repository.ts';
import { type Action, RowCount } from './measure.ts';
import type { Picked } from './picked.ts';

/** Statistics and searches, whose answers are about many analyses. */
export function sums(picked: Picked): Action[] {
  const { organizationId, taskId, rareTaskId, placeId, itemId, oldHours } = picked;
  const week = { from: new Date(Date.now() - 7 * 86_400_000) };
  const searched = { after: null, limit: 51 };
  const stats = (request: Partial<StatsRequest>) => (db: Kysely<DB>) =>
    readStats(db, {
      organizationId,
      mediaType: 'IMAGE',
      createdAt: null,
      narrowing: null,
      filter: {},
      interval: null,
      timeZone: 'UTC',
      groupBy: null,
      basis: 'FOUND',
      ...request,
    });
  const ofTask = (id: string) => ({
    organizationId,
    taskId: id,
    createdAt: null,
    narrowing: null,
    basis: 'FOUND' as const,
  });
  return [
    { what: 'analysisStats of everything', run: stats({}) },
    { what: 'analysisStats of a week by days', run: stats({ createdAt: week, interval: 'DAY' }) },
    { what: 'analysisStats by tasks', run: stats({ groupBy: 'TASK' }) },
    { what: 'analysisStats of a place', run: stats({ filter: { placeIds: [placeId] } }) },
    { what: 'analysisStats by items', run: stats({ groupBy: 'ITEM' }) },
    {
      what: 'counts of a place',
      run: (db) => readPlaceCounts(db, organizationId, [placeId], { narrowing: null, basis: 'FOUND' }),
    },
    {
      what: 'Task.stats',
      // What waits is counted, one by one, beside the sums, which take as many pages as fifty of these.
      run: async (db) => new RowCount(50 + ((await getTaskStats(db, ofTask(taskId))).counts.QUEUED ?? 0)),
    },
    { what: 'Task.stats of a rare task', run: (db) => getTaskStats(db, ofTask(rareTaskId)) },
    { what: 'Task.stats of six old hours', run: (db) => getTaskStats(db, { ...ofTask(taskId), createdAt: oldHours }) },
    { what: 'shares of a task', run: (db) => sumTaskShelfUse(db, ofTask(taskId)) },
    { what: 'searchImages by item', run: (db) => searchByItem(db, organizationId, itemId, searched) },
    { what: 'searchImages by words', run: (db) => searchByWords(db, organizationId, ['product', '77'], searched) },
  ];
}
