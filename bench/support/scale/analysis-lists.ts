import {
  type AnalysisFilter,
  countAnalyses,
  findAnalyses,
  findResults,
  listBatchAnalyses,
} from '../../../src/analyses/analyses.repository.ts';
import { type AnalysisOrder, listAnalyses } from '../../../src/analyses/list-analyses.repository.ts';
import { type Action, RowCount } from './measure.ts';
import type { Picked } from './picked.ts';

/** A page of 50, and one more, which says whether there is another page. */
export const page = { after: null, limit: 51 };

const orders: AnalysisOrder[] = (['CREATED_AT', 'FINISHED_AT', 'CONFIDENCE'] as const).flatMap((field) => [
  { field, direction: 'DESC' },
  { field, direction: 'ASC' },
]);

/** Lists of analyses in every order and with every filter, and single ones. */
export function analysisLists(picked: Picked): Action[] {
  const { organizationId, analysisIds, batchId } = picked;
  const listed = orders.map(
    (order): Action => ({
      what: `analyses by ${order.field} ${order.direction}`,
      run: (db) => listAnalyses(db, organizationId, [], page, order),
    }),
  );
  const filtered = Object.entries(filters(picked)).map(
    ([name, filter]): Action => ({
      what: `analyses, ${name}`,
      run: (db) => listAnalyses(db, organizationId, [filter], page),
    }),
  );
  const after = analysisIds[0]!;
  return [
    ...listed,
    {
      what: 'analyses, a page in the middle',
      run: (db) => listAnalyses(db, organizationId, [], { ...page, after }),
    },
    ...filtered,
    {
      what: 'analyses of a task by CONFIDENCE',
      run: (db) =>
        listAnalyses(db, organizationId, [{ taskId: picked.rareTaskId }], page, {
          field: 'CONFIDENCE',
          direction: 'DESC',
        }),
    },
    { what: 'analyses of a batch', run: (db) => listBatchAnalyses(db, organizationId, batchId, [], page) },
    { what: 'an analysis', run: (db) => findAnalyses(db, organizationId, [after]) },
    { what: 'results of 50 analyses', run: (db) => findResults(db, organizationId, analysisIds) },
    {
      what: 'totalCount of analyses',
      run: async (db) => new RowCount(await countAnalyses(db, organizationId, [])),
    },
  ];
}

function filters(picked: Picked): Record<string, AnalysisFilter> {
  const { oldHours, oldDays } = picked;
  return {
    'of a task': { taskId: picked.taskId },
    'of a rare task': { taskId: picked.rareTaskId },
    FAILED: { statuses: ['FAILED'] },
    'FAILED or CANCELED': { statuses: ['FAILED', 'CANCELED'] },
    'QUEUED or RUNNING': { statuses: ['QUEUED', 'RUNNING'] },
    'AWAITING_UPLOAD, of which there are none': { statuses: ['AWAITING_UPLOAD'] },
    'FAILED of a rare task': { statuses: ['FAILED'], taskId: picked.rareTaskId },
    'of six old hours': { createdAt: oldHours },
    'of ten old days': { createdAt: oldDays },
    'of six old hours, of a rare task': { createdAt: oldHours, taskId: picked.rareTaskId },
    'of ten old days, FAILED': { createdAt: oldDays, statuses: ['FAILED'] },
    'that ended in six old hours': { finishedAt: oldHours },
    'that ended in ten old days': { finishedAt: oldDays },
    'by externalId': { externalId: picked.externalId },
    'of a place': { placeId: picked.placeId },
    'of a place in ten old days': { placeId: picked.placeId, createdAt: oldDays },
    'of a visit': { visitId: picked.visitId },
    'of an image': { imageId: picked.imageId },
    'with an item': { containsCatalogItemId: picked.itemId },
    'with a confidence of 0.9995': { minConfidence: 0.9995 },
    'with metadata that many have': { metadata: [{ key: 'aisle', value: '7' }] },
    'with metadata that one has': { metadata: [{ key: 'photo', value: '7' }] },
    'narrowed to a rare task': { narrowing: { taskIds: [picked.rareTaskId], placeIds: null } },
    'narrowed to a place': { narrowing: { taskIds: null, placeIds: [picked.placeId] } },
  };
}
