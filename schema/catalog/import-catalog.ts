import { columnHelp } from '../../src/catalog/imports/read-rows.ts';
import { maxImportFileBytes, maxImportRows, startImport } from '../../src/catalog/imports/start-import.ts';
import { cancelImport } from '../../src/catalog/imports/stop-import.ts';
import { ConflictError, IdempotencyConflictError, NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { CatalogImport } from './catalog-import.ts';

/** A multipart request takes 500 files, one of which is the table. It is the gateway that refuses more: see multipart.ts. */
const maxImages = 499;

const ImportCatalogInput = builder.inputType('ImportCatalogInput', {
  description: 'A table of products with their images.',
  fields: (t) => ({
    file: t.field({
      type: 'Upload',
      required: true,
      description: `A CSV file (UTF-8; comma, semicolon or tab) with a header, at most ${maxImportFileBytes.toLocaleString('en-US')} bytes and ${maxImportRows.toLocaleString('en-US')} rows. Columns: ${columnHelp}. Only customId is required; a new item also needs name and image. An empty cell leaves the value of an existing item as it is. \`image\` has the name of a file in images, the id of an image or upload, or a URL. tags and referenceImages have several entries separated by \`|\`. Lengths are in metres.`,
    }),
    images: t.field({
      type: ['Upload'],
      description: `The files that the rows name, at most ${maxImages}. Default: none.`,
    }),
    dryRun: t.boolean({
      required: true,
      defaultValue: false,
      description: 'True: only says what would become of each row. Nothing is stored or changed.',
    }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

const ImportCatalogResult = resultUnion('ImportCatalogResult', {
  description:
    'The new import, which is RUNNING. ValidationError: the file cannot be read as a table, or too many imports are running. Problems of single rows are in CatalogImport.rows.',
  success: CatalogImport,
  errors: [ValidationError, IdempotencyConflictError],
});

builder.mutationField('importCatalog', (t) =>
  t.field({
    type: ImportCatalogResult,
    description:
      'Creates and changes many catalogue items from a CSV file with images, in the background. An item is recognised by its customId, so that importing the same file again changes nothing. Subscribe to catalogImportEvents to follow it.',
    args: { input: t.arg({ type: ImportCatalogInput, required: true, description: 'What to import.' }) },
    resolve: (_root, { input: { file, images, dryRun, idempotencyKey } }, context) =>
      startImport(
        context.app,
        organizationOf(context),
        { file, images: images ?? [], dryRun },
        requestKey(context, 'importCatalog', idempotencyKey),
      ),
  }),
);

const CancelCatalogImportResult = resultUnion('CancelCatalogImportResult', {
  description: 'The cancelled import. ConflictError: it has already ended otherwise.',
  success: CatalogImport,
  errors: [NotFoundError, ConflictError],
});

builder.mutationField('cancelCatalogImport', (t) =>
  t.field({
    type: CancelCatalogImportResult,
    description:
      'Cancels an import that is RUNNING. Rows that are done stay as they are; no others follow, and images that were sent for them are deleted. Cancelling an import again changes nothing. To go on, import the same file again.',
    args: { id: t.arg.id({ required: true, description: 'The import to cancel.' }) },
    resolve: (_root, { id }, context) =>
      cancelImport(context.app, organizationOf(context), givenId('catalogImport', id)),
  }),
);
