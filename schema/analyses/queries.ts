import type { ArgBuilder } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { countAnalyses } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import { listAnalyses } from '../../src/analyses/list-analyses.repository.ts';
import type { Context } from '../../src/context.ts';
import { newestFirst } from '../../src/database/ordered-list.ts';
import { builder, type Types } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, type PageArgs, pageArgs, pageComplexity } from '../core/connection.ts';
import { orderKey } from '../core/order.ts';
import { Image } from '../images/image.ts';
import { Task } from '../tasks/task.ts';
import { AnalysisConnection } from './analysis.ts';
import { AnalysisFilter, AnalysisOrder, toAnalysisFilter } from './inputs.ts';
import { listedColumns } from './list-columns.ts';

/** The arguments of a list of analyses. */
export function listArgs(t: ArgBuilder<Types>) {
  return {
    ...pageArgs(t),
    filter: t({ type: AnalysisFilter, description: 'Which analyses to list. Default: all.' }),
    orderBy: t({ type: AnalysisOrder, description: 'The order of the list. Default: newest first.' }),
  };
}

type ListArgs = PageArgs & {
  filter?: typeof AnalysisFilter.$inferInput | null;
  orderBy?: typeof AnalysisOrder.$inferInput | null;
};

/** Lists analyses. @param info of the field that lists them @param about the object whose analyses are listed */
export function connectAnalyses(
  context: Context,
  { filter, orderBy, ...page }: ListArgs,
  info: GraphQLResolveInfo,
  about: { taskId?: string; imageId?: string; visitId?: string } = {},
) {
  const organizationId = organizationOf(context);
  const narrowing = narrowingOf(context);
  const filters = [toAnalysisFilter(filter), about, { narrowing }];
  const order = orderBy ?? newestFirst;
  // The loaders of tasks and batches know which of them a limited caller sees.
  const listed = { ...listedColumns(info), ...(narrowing && { task: null, batch: null }) };
  return connect(page, orderKey<typeof order.field, AnalysisRow>('analyses', orderValues, order), {
    // The fields that are selected need no other columns than those that `listed` names.
    load: async (keyset) =>
      (await listAnalyses(context.app.db, organizationId, filters, keyset, order, listed)) as AnalysisRow[],
    count: () => countAnalyses(context.app.db, organizationId, filters),
  });
}

const orderValues = { FINISHED_AT: 'time', CONFIDENCE: 'share' } as const;

builder.queryField('analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of the organisation.',
    permits: ['NARROWED'],
    args: listArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, context, info) => connectAnalyses(context, args, info),
  }),
);

builder.objectField(Task, 'analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of this task.',
    args: listArgs(t.arg),
    complexity: pageComplexity,
    resolve: (task, args, context, info) => connectAnalyses(context, args, info, { taskId: task.id }),
  }),
);

builder.objectField(Image, 'analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of this image.',
    args: listArgs(t.arg),
    complexity: pageComplexity,
    resolve: (image, args, context, info) => connectAnalyses(context, args, info, { imageId: image.id }),
  }),
);
