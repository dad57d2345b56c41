import { countImportRows, listImportRows, type StoredRow } from '../../src/catalog/imports/import-rows.repository.ts';
import {
  type CatalogImportRecord,
  countImports,
  findImports,
  importDays,
  isImportSettled,
  listImports,
  readImportMember,
} from '../../src/catalog/imports/imports.repository.ts';
import type { ImportOutcome } from '../../src/catalog/imports/row.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, numberKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { Failure } from '../core/errors.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { streamId } from '../core/stream.ts';
import { CatalogItem } from './catalog-item.ts';

const CatalogImportStatus = builder.enumType('CatalogImportStatus', {
  description: 'The status of an import.',
  values: {
    RUNNING: { description: 'Rows are being imported, or wait for a worker.' },
    SUCCEEDED: { description: 'Every row has its outcome. Single rows may have FAILED.' },
    FAILED: { description: 'The import broke off; see failure. Rows that have an outcome keep it.' },
    CANCELED: { description: 'The import was cancelled by cancelCatalogImport. Rows that have an outcome keep it.' },
  } as const,
});

const CatalogImportOutcome = builder.enumType('CatalogImportOutcome', {
  description: 'What became of a row; in a dry run, what would become of it.',
  values: {
    CREATED: { description: 'No item had this customId: a new one was created.' },
    UPDATED: { description: 'The item with this customId was changed.' },
    UNCHANGED: { description: 'The item with this customId already was as the row says.' },
    FAILED: { description: 'Nothing was changed; see message.' },
  } as const,
});

const CatalogImportRow = builder.objectRef<StoredRow>('CatalogImportRow').implement({
  description: 'One row of the imported file.',
  fields: (t) => ({
    row: t.exposeInt('row_number', { description: 'The row as a spreadsheet counts it: the header is row 1.' }),
    customId: t.exposeString('custom_id', {
      nullable: true,
      description: 'The customId in the row. Null if the cell is empty.',
    }),
    outcome: t.field({
      type: CatalogImportOutcome,
      nullable: true,
      description:
        'What became of the row. Null until it has been imported, and for good if the import broke off before.',
      resolve: (row) => row.outcome as ImportOutcome | null,
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What is wrong with the row, and what to do. Null unless the outcome is FAILED.',
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'The item. Null until there is one, and for new items of a dry run.',
      resolve: (row) => row.catalog_item_id,
    }),
  }),
});

const CatalogImportRowConnection = connectionType<StoredRow>('CatalogImportRow', CatalogImportRow);

export const CatalogImport = builder.loadableNodeRef(
  'CatalogImport',
  rowsById((ids, context) => findImports(context.app.db, organizationOf(context), ids)),
);

CatalogImport.implement({
  description: `A CSV file that is imported into the catalogue. It can be read for ${importDays} days after its end.`,
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: CatalogImportStatus, description: 'The current status.', resolve: (row) => row.status }),
    dryRun: t.exposeBoolean('dry_run', { description: 'True: the rows are only checked, and nothing is changed.' }),
    total: t.exposeInt('row_count', { description: 'Number of rows in the file.' }),
    created: t.exposeInt('created_count', { description: 'Rows with the outcome CREATED so far.' }),
    updated: t.exposeInt('updated_count', { description: 'Rows with the outcome UPDATED so far.' }),
    unchanged: t.exposeInt('unchanged_count', { description: 'Rows with the outcome UNCHANGED so far.' }),
    failed: t.exposeInt('failed_count', { description: 'Rows with the outcome FAILED so far.' }),
    rows: t.field({
      type: CatalogImportRowConnection,
      description: 'The rows with their outcomes, in the order of the file.',
      args: {
        ...pageArgs(t.arg),
        outcome: t.arg({
          type: CatalogImportOutcome,
          description: 'Only rows with this outcome: FAILED lists all problems. Default: all rows.',
        }),
      },
      complexity: pageComplexity,
      resolve: ({ id, organization_id }, { outcome, ...page }, { app }) => {
        const list = { organizationId: organization_id, importId: id, outcome: outcome ?? undefined };
        return connect(
          page,
          numberKey<StoredRow>('importRows', (row) => row.row_number),
          {
            load: (keyset) => listImportRows(app.db, list, keyset),
            count: () => countImportRows(app.db, list),
          },
        );
      },
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the import is FAILED. Null in any other status.',
      resolve: readFailure,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the import was requested.',
      resolve: (row) => row.created_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the import ended: SUCCEEDED, FAILED or CANCELED. Null until then.',
      resolve: (row) => row.finished_at,
    }),
  }),
});

registerNode('CatalogImport', (context, id) => CatalogImport.getDataloader(context).load(id));

const CatalogImportConnection = connectionType<CatalogImportRecord>('CatalogImport', CatalogImport);

builder.queryField('catalogImports', (t) =>
  t.field({
    type: CatalogImportConnection,
    description: 'The imports of the organisation, newest first.',
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, context) => {
      const organizationId = organizationOf(context);
      return connect(args, idKey<CatalogImportRecord>('catalogImports'), {
        load: (keyset) => listImports(context.app.db, organizationId, keyset),
        count: () => countImports(context.app.db, organizationId),
      });
    },
  }),
);

entitySubscription('catalogImportEvents', {
  description:
    'Progress of one import: an event for each row that is done. The stream completes when the import is no longer RUNNING.',
  kind: 'CATALOG_IMPORT',
  union: 'CatalogImportEvent',
  change: {
    name: 'CatalogImportProgressed',
    description: 'A row of an import was done, or its status changed.',
    fields: (t) => ({
      status: t.field({
        type: CatalogImportStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
    }),
  },
  entity: {
    field: 'catalogImport',
    noun: 'import',
    idKind: 'catalogImport',
    type: CatalogImport,
    find: findImports,
  },
  args: (t) => ({ id: t.id({ required: true, description: 'The import to follow.' }) }),
  narrow: ({ id }, context) => {
    const importId = streamId('catalogImport', id, 'id')!;
    return {
      entityIds: [importId],
      members: (trx) => readImportMember(trx, organizationOf(context), importId),
      isSettled: ({ status }) => isImportSettled(status),
    };
  },
});
