import type { Context } from '../../src/context.ts';
import { countExports, type ExportRow, findExports, listExports } from '../../src/exports/exports.repository.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { signExportUrl } from '../../src/storage/signed-export-url.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';

export const ExportFormat = builder.enumType('ExportFormat', {
  description: 'What the file of an export is.',
  values: {
    COCO: {
      description:
        'One COCO object detection document: an image an analysis that SUCCEEDED, an annotation a detection, a category an item and one for `unknown`.',
    },
    CSV: {
      description:
        'RFC 4180 with a header, one record a detection. Text that a spreadsheet would run as a formula has an apostrophe before it.',
    },
    JSONL: { description: 'A line of JSON an analysis, whatever has become of it, with its detections.' },
  } as const,
});

export const ExportStatus = builder.enumType('ExportStatus', {
  description: 'Where an export stands.',
  values: {
    RUNNING: { description: 'A worker writes it, or will.' },
    SUCCEEDED: { description: 'Its file is at `url`.' },
    FAILED: { description: 'It could not be written; see failure.' },
    EXPIRED: { description: 'Its file was removed in time.' },
  } as const,
});

export const Export = builder.loadableNodeRef('Export', {
  id: { resolve: (row: ExportRow) => row.id },
  load: (ids: string[], context) => findExports(context.app.db, organizationOf(context), ids),
  toKey: (row) => row.id,
  sort: true,
});

Export.implement({
  description: 'Analyses as a file: those that were there when it was asked for.',
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: ExportStatus, description: 'Where it stands.', resolve: (row) => row.status }),
    format: t.field({ type: ExportFormat, description: 'As asked for.', resolve: (row) => row.format }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the file: works without a key, expires within two hours (read it again then), takes Range. null unless it SUCCEEDED.',
      resolve: (row, _args, context) => (row.status === 'SUCCEEDED' ? urlOf(context, row) : null),
    }),
    byteSize: t.float({
      nullable: true,
      description: 'Bytes of the file; null until it has SUCCEEDED.',
      resolve: ({ byte_size }) => (byte_size === null ? null : Number(byte_size)),
    }),
    rows: t.int({
      nullable: true,
      description: 'COCO and CSV: detections, JSONL: analyses in the file; null until it has SUCCEEDED.',
      resolve: ({ row_count }) => (row_count === null ? null : Number(row_count)),
    }),
    failure: t.field({ type: Failure, nullable: true, description: 'Why it FAILED; else null.', resolve: readFailure }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was asked for.', resolve: (row) => row.created_at }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its file was written, or it FAILED; null until then.',
      resolve: (row) => row.finished_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its file is removed, give or take an hour; null unless it has SUCCEEDED.',
      resolve: (row) => row.expires_at,
    }),
  }),
});

function urlOf({ app }: Context, row: ExportRow): string {
  return signExportUrl({ publicUrl: app.publicUrl(), secret: app.urlSecret, exportId: row.id, now: new Date() });
}

registerNode('Export', (context, id) => Export.getDataloader(context).load(id));

const ExportConnection = connectionType<ExportRow>('Export', Export);

builder.queryField('exports', (t) =>
  t.field({
    type: ExportConnection,
    description: 'Newest first.',
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
