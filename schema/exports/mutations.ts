import { startExport } from '../../src/exports/start-export.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { ResultBasis } from '../analyses/basis.ts';
import { AnalysisFilter, toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { Export, ExportFormat } from './export.ts';

const ExportInput = builder.inputType('ExportInput', {
  description: 'Which analyses to export and in which format.',
  fields: (t) => ({
    format: t.field({ type: ExportFormat, required: true, description: 'The file format.' }),
    filter: t.field({
      type: AnalysisFilter,
      required: true,
      description: 'Which analyses to export; `{}` exports all.',
    }),
    basis: t.field({
      type: ResultBasis,
      required: true,
      defaultValue: 'FOUND',
      description: 'Whether the file has what was found or what it is with corrections.',
    }),
    byteOrderMark: t.boolean({
      required: true,
      defaultValue: false,
      description: 'CSV only: true begins the file with a byte order mark (U+FEFF), so that Excel reads it as UTF-8.',
    }),
  }),
});

const ExportResult = resultUnion('ExportResult', {
  description:
    'The new export, which is RUNNING. NotFoundError: the task, batch or image of the filter does not exist. ValidationError: among others, if the organisation already has ten running exports.',
  success: Export,
  errors: [ValidationError, NotFoundError],
});

builder.mutationField('exportAnalyses', (t) =>
  t.field({
    type: ExportResult,
    description:
      'Writes any number of analyses to a file, in the background. Subscribe to exportEvents to learn when the file is available.',
    args: { input: t.arg({ type: ExportInput, required: true, description: 'What to export.' }) },
    resolve: (_root, { input: { format, filter, basis, byteOrderMark } }, context) =>
      startExport(context.app, organizationOf(context), {
        format,
        filter: toAnalysisFilter(filter),
        byteOrderMark,
        basis,
        named: {
          taskId: filter.taskId == null ? undefined : givenId('task', filter.taskId),
          batchId: filter.batchId == null ? undefined : givenId('batch', filter.batchId),
          imageId: filter.imageId == null ? undefined : givenId('image', filter.imageId),
        },
      }),
  }),
);
