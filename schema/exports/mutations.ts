import { startExport } from '../../src/exports/start-export.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { AnalysisFilter, toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { Export, ExportFormat } from './export.ts';

const ExportInput = builder.inputType('ExportInput', {
  description: 'What to write into a file, and how.',
  fields: (t) => ({
    format: t.field({ type: ExportFormat, required: true, description: 'What the file is to be.' }),
    filter: t.field({
      type: AnalysisFilter,
      required: true,
      description: 'Which analyses, as in the lists of them; `{}`: all.',
    }),
  }),
});

const ExportResult = resultUnion('ExportResult', {
  description:
    'The export, RUNNING; NotFoundError: the task, batch or image of the filter is not here; ValidationError also when ten exports of the organisation run already.',
  success: Export,
  errors: [ValidationError, NotFoundError],
});

builder.mutationField('exportAnalyses', (t) =>
  t.field({
    type: ExportResult,
    description:
      'Has a worker write analyses into a file, however many there are. Subscribe to exportEvents to hear when it is there.',
    args: { input: t.arg({ type: ExportInput, required: true, description: 'What, and how.' }) },
    resolve: (_root, { input: { format, filter } }, context) =>
      startExport(context.app, organizationOf(context), {
        format,
        filter: toAnalysisFilter(filter),
        named: {
          taskId: filter.taskId == null ? undefined : givenId('task', filter.taskId),
          batchId: filter.batchId == null ? undefined : givenId('batch', filter.batchId),
          imageId: filter.imageId == null ? undefined : givenId('image', filter.imageId),
        },
      }),
  }),
);
