import { startExport } from '../../src/exports/start-export.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { ResultBasis } from '../analyses/basis.ts';
import { AnalysisFilter, toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { MediaType } from '../core/media-type.ts';
import { Export, ExportFormat } from './export.ts';

const ExportInput = builder.inputType('ExportInput', {
  description: 'Which analyses to export and in which format.',
  fields: (t) => ({
    format: t.field({ type: ExportFormat, required: true, description: 'The file format.' }),
    mediaType: t.field({
      type: MediaType,
      required: true,
      defaultValue: 'IMAGE',
      description: 'Whether to export analyses of images or of videos.',
    }),
    filter: t.field({
      type: AnalysisFilter,
      required: true,
      description:
        'Which analyses to export; `{}` exports all of the media type. batchId, imageId and minConfidence are for images only.',
    }),
    basis: t.field({
      type: ResultBasis,
      required: true,
      defaultValue: 'FOUND',
      description:
        'Whether the file has what was found or what it is with corrections. Results of videos cannot be corrected.',
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
      'Writes any number of analyses of images, or of videos, to a file, in the background. Subscribe to exportEvents to learn when the file is available.',
    args: { input: t.arg({ type: ExportInput, required: true, description: 'What to export.' }) },
    resolve: (_root, { input: { format, mediaType, filter, basis, byteOrderMark } }, context) =>
      startExport(context.app, organizationOf(context), {
        format,
        mediaType,
        filter: toAnalysisFilter(filter, mediaType === 'VIDEO' ? 'videoAnalysis' : 'analysis'),
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
