import { type CatalogItemRow, countCatalogItems, listCatalogItems } from '../../src/catalog/catalog.repository.ts';
import type { DateTimeRange as DateTimeRangeRow } from '../../src/database/filters.ts';
import { resolvePipeline } from '../../src/models/resolve-pipeline.ts';
import type { AlertRules as AlertRulesShape } from '../../src/recognition/alerts/conditions.ts';
import { getTaskStats, type TaskStats as TaskStatsRow } from '../../src/tasks/task-stats.repository.ts';
import { findTasks } from '../../src/tasks/tasks.repository.ts';
import { CatalogItemConnection } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { fixedPipeline, Pipeline, TaskType } from '../models/pipeline.ts';
import { AlertRules } from './alert-rules.ts';
import { TaskPrivacy } from './privacy.ts';

/** A task: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. Includes deleted tasks. */
export const Task = builder.loadableNodeRef(
  'Task',
  rowsById((ids, context) => findTasks(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

/** The counts and what they cover, which fields with a query of their own need (analyses/shares.ts). */
export type TaskStatsShape = TaskStatsRow & { taskId: string; createdAt: DateTimeRangeRow | null };

const count = (status: string) => (stats: TaskStatsShape) => stats.counts[status] ?? 0;

export const TaskStats = builder.objectRef<TaskStatsShape>('TaskStats').implement({
  description: 'The number of analyses of a task by status, and what they found.',
  fields: (t) => ({
    total: t.int({
      description: 'Number of analyses in any status.',
      resolve: ({ counts }) => Object.values(counts).reduce<number>((sum, one) => sum + (one ?? 0), 0),
    }),
    awaitingUpload: t.int({
      description: 'Number of analyses that are AWAITING_UPLOAD.',
      resolve: count('AWAITING_UPLOAD'),
    }),
    expired: t.int({ description: 'Number of analyses that have EXPIRED.', resolve: count('EXPIRED') }),
    queued: t.int({ description: 'Number of analyses that are QUEUED.', resolve: count('QUEUED') }),
    running: t.int({ description: 'Number of analyses that are RUNNING.', resolve: count('RUNNING') }),
    succeeded: t.int({ description: 'Number of analyses that SUCCEEDED.', resolve: count('SUCCEEDED') }),
    failed: t.int({ description: 'Number of analyses that are FAILED.', resolve: count('FAILED') }),
    canceled: t.int({ description: 'Number of analyses that were CANCELED.', resolve: count('CANCELED') }),
    meanDurationSeconds: t.float({
      nullable: true,
      description: 'Mean seconds from start to end over the analyses that SUCCEEDED. Null if none did.',
      resolve: (stats) => stats.meanDurationSeconds,
    }),
  }),
});

Task.implement({
  description: 'What to look for in images and how.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, 1 to 255 characters.' }),
    description: t.exposeString('description', {
      description: 'Description for people; may be empty.',
      // Up to 5,000 characters.
      complexity: 1,
    }),
    type: t.field({ type: TaskType, description: 'What the task does with an image.', resolve: (task) => task.type }),
    threshold: t.float({
      description:
        'Lowest confidence to report, 0 to 1. For FILTER tasks: the lowest confidence that accepts an image. A task that sets no threshold has that of its pipeline.',
      resolve: (task, _args, { app }) =>
        task.threshold ?? resolvePipeline(app.pipelines, task.pipeline)?.threshold ?? 0,
    }),
    computeRealogram: t.exposeBoolean('compute_realogram', {
      description: 'Whether future analyses have a realogram.',
    }),
    computeShares: t.exposeBoolean('compute_shares', {
      description: 'Whether future analyses have shares.',
    }),
    readText: t.exposeBoolean('read_text', {
      description: 'Whether future analyses read the text in the image.',
    }),
    readCodes: t.exposeBoolean('read_codes', {
      description: 'Whether future analyses read barcodes and matrix codes; see Analysis.codes.',
    }),
    findGaps: t.exposeBoolean('find_gaps', {
      description: 'Whether empty stretches of shelves are looked for in future analyses.',
    }),
    alertRules: t.field({
      type: AlertRules,
      description: 'When its analyses raise shelf alerts.',
      resolve: ({ alert_rules }) => alert_rules as AlertRulesShape,
    }),
    currency: t.exposeString('currency', {
      nullable: true,
      description:
        'ISO 4217 code of the currency of prices that future analyses read; see CreateTaskInput. Null if none was set.',
    }),
    learning: t.exposeBoolean('learning', {
      description:
        'Whether corrections of its analyses teach: their crops become pictures of items, and counter-examples. Corrections that were made before stay as they are.',
    }),
    privacy: t.field({
      type: TaskPrivacy,
      description: 'What happens to people in the images of future analyses.',
      resolve: ({ blur_people, keep_original, exif_position }) => ({
        blurPeople: blur_people,
        keepOriginal: keep_original,
        exifPosition: exif_position,
      }),
    }),
    topCandidates: t.exposeInt('top_candidates', {
      description:
        'How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20.',
    }),
    acceptGroups: t.exposeStringList('accept_groups', {
      description:
        'FILTER tasks only: the groups of labels that accept an image in future analyses. Empty for other tasks.',
    }),
    pipeline: t.field({
      type: Pipeline,
      description: 'The pipeline that future analyses run.',
      resolve: (task, _args, context) => fixedPipeline(context, task.pipeline),
    }),
    allCatalogItems: t.exposeBoolean('all_catalog_items', {
      description:
        'Whether the task looks for every active item of the catalogue, including future ones. Always false unless the type is DETECTION.',
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the task was deleted. Null if it has not been.',
      resolve: (task) => task.deleted_at,
    }),
    catalogItems: t.field({
      type: CatalogItemConnection,
      description: 'The items that the task looks for, newest first, without archived ones.',
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: (task, page, context) => {
        const organizationId = organizationOf(context);
        const list = { filter: {}, task: { taskId: task.id, allCatalogItems: task.all_catalog_items } };
        return connect(page, idKey<CatalogItemRow>('taskItems'), {
          load: (keyset) => listCatalogItems(context.app.db, organizationId, list, keyset),
          count: () => countCatalogItems(context.app.db, organizationId, list),
        });
      },
    }),
    stats: t.field({
      type: TaskStats,
      description: 'The number of analyses by status, and what they found.',
      deprecationReason:
        'It counts analyses anew each time, and every rerun. Use analysisStats(filter: { taskId }), which reads counters and counts the latest run of an image once.',
      args: {
        createdAt: t.arg({
          type: DateTimeRange,
          description: 'Counts only analyses submitted in this period. Default: all.',
        }),
      },
      complexity: 10,
      resolve: async (task, args, context) => {
        const of = { taskId: task.id, createdAt: args.createdAt ?? null };
        const all = { ...of, organizationId: organizationOf(context), narrowing: narrowingOf(context) };
        return { ...of, ...(await getTaskStats(context.app.db, all)) };
      },
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the task was created.',
      resolve: (task) => task.created_at,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the task last changed.',
      resolve: (task) => task.updated_at,
    }),
  }),
});

registerNode('Task', (context, id) => Task.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const TaskConnection = connectionType('Task', Task);
