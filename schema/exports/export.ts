import { countExports, type ExportRow, findExports, listExports } from '../../src/exports/exports.repository.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { ResultBasis } from '../analyses/basis.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { linkTo } from '../core/links.ts';
import { rowsById } from '../core/loaders.ts';
import { MediaType } from '../core/media-type.ts';
import { registerNode } from '../core/node.ts';

export const ExportFormat = builder.enumType('ExportFormat', {
  description: 'The file format of an export.',
  values: {
    COCO: {
      description:
        'One COCO object detection document: one image per analysis that SUCCEEDED, one annotation per detection, one category per catalogue item, and the category `unknown`. Of videos, one as for tracking: one image per analysed frame, with `video_id` and `time_seconds`; one annotation per detection, with `track_id`; and the lists `videos`, one entry per analysis, and `tracks`.',
    },
    CSV: {
      description:
        'CSV (RFC 4180) with a header. Each detection and each label is a record; an analysis with neither has one record. Of videos, each track and each analysed second is a record, which `record` tells apart. Text that a spreadsheet would run as a formula is prefixed with an apostrophe.',
    },
    JSONL: {
      description:
        'JSON Lines: one line per analysis in any status, with its detections. Of videos, one line per analysis, per track and per analysed frame, which `record` tells apart.',
    },
  } as const,
});

export const ExportStatus = builder.enumType('ExportStatus', {
  description: 'The status of an export.',
  values: {
    RUNNING: { description: 'The file is being written, or waits for a worker.' },
    SUCCEEDED: { description: 'The file is available at `url`.' },
    FAILED: { description: 'The file could not be written; see failure.' },
    EXPIRED: { description: 'The file has been removed because its retention period has ended.' },
  } as const,
});

export const Export = builder.loadableNodeRef(
  'Export',
  rowsById((ids, context) => findExports(context.app.db, organizationOf(context), ids)),
);

Export.implement({
  description: 'A file of the analyses that existed when it was requested.',
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: ExportStatus, description: 'The current status.', resolve: (row) => row.status }),
    format: t.field({ type: ExportFormat, description: 'The file format.', resolve: (row) => row.format }),
    mediaType: t.field({
      type: MediaType,
      description: 'Whether the analyses are of images or of videos.',
      resolve: (row) => row.media_type,
    }),
    basis: t.field({
      type: ResultBasis,
      description: 'Whether the file has what was found or what it is with corrections. It is in the file, too.',
      resolve: (row) => row.basis,
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the file. It works without an API key, supports Range requests and expires within two hours; read this field again for a new link. Null unless the export SUCCEEDED.',
      resolve: ({ id, status }, _args, { app }) => (status === 'SUCCEEDED' ? linkTo(app, 'export', id, {}) : null),
    }),
    byteSize: t.float({
      nullable: true,
      description: 'Size of the file in bytes. Null until the export has SUCCEEDED.',
      resolve: ({ byte_size }) => (byte_size === null ? null : Number(byte_size)),
    }),
    rows: t.int({
      nullable: true,
      description:
        'Number of records in the file: detections (COCO), lines (JSONL), or lines below the header (CSV). Null until the export has SUCCEEDED.',
      resolve: ({ row_count }) => (row_count === null ? null : Number(row_count)),
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the export is FAILED. Null in any other status.',
      resolve: readFailure,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the export was requested.',
      resolve: (row) => row.created_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the export SUCCEEDED or FAILED. Null until then.',
      resolve: (row) => row.finished_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the file is removed, to within about an hour. Null until the export has SUCCEEDED.',
      resolve: (row) => row.expires_at,
    }),
  }),
});

registerNode('Export', (context, id) => Export.getDataloader(context).load(id));

const ExportConnection = connectionType<ExportRow>('Export', Export);

builder.queryField('exports', (t) =>
  t.field({
    type: ExportConnection,
    description: 'The exports of the organisation, newest first.',
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, context) => {
      const organizationId = organizationOf(context);
      return connect(args, idKey<ExportRow>('exports'), {
        load: (keyset) => listExports(context.app.db, organizationId, keyset),
        count: () => countExports(context.app.db, organizationId),
      });
    },
  }),
);
