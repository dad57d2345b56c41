import { countAnalyses, listAnalyses } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import type { Context } from '../../src/context.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, type PageArgs, pageArgs, pageComplexity } from '../core/connection.ts';
import { Image } from '../images/image.ts';
import { Task } from '../tasks/task.ts';
import { AnalysisConnection } from './analysis.ts';
import { AnalysisFilter, toAnalysisFilter } from './inputs.ts';

/** Lists analyses, newest first. @param about the object whose analyses are listed */
function connectAnalyses(
  context: Context,
  args: PageArgs & { filter?: typeof AnalysisFilter.$inferInput | null },
  about: { taskId?: string; imageId?: string } = {},
) {
  const organizationId = organizationOf(context);
  const filters = [toAnalysisFilter(args.filter), about];
  return connect(args, idKey<AnalysisRow>('analyses'), {
    load: (keyset) => listAnalyses(context.app.db, organizationId, filters, keyset),
    count: () => countAnalyses(context.app.db, organizationId, filters),
  });
}

builder.queryField('analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of the organisation, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: AnalysisFilter, description: 'Which analyses to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, args, context) => connectAnalyses(context, args),
  }),
);

builder.objectField(Task, 'analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of this task, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: AnalysisFilter, description: 'Which analyses to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (task, args, context) => connectAnalyses(context, args, { taskId: task.id }),
  }),
);

builder.objectField(Image, 'analyses', (t) =>
  t.field({
    type: AnalysisConnection,
    description: 'The analyses of this image, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: AnalysisFilter, description: 'Which analyses to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (image, args, context) => connectAnalyses(context, args, { imageId: image.id }),
  }),
);
