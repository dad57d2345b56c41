import { z } from 'zod';
import { type CatalogItemRow, countCatalogItems, listCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { maxFilterWords, wordsOf } from '../../src/catalog/catalog-filter.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenIds } from '../core/given-id.ts';
import { CatalogItemConnection, CatalogItemStatus } from './catalog-item.ts';

const CatalogItemFilter = builder.inputType('CatalogItemFilter', {
  description:
    'Filters for catalogue items. An item must match all of them; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these items.' }),
    name: t.string({ description: 'Only items with this name, regardless of case and of how accents are encoded.' }),
    customId: t.string({ description: 'Only items with exactly this customId.' }),
    barcode: t.string({
      description:
        'Only items with this barcode. Numbers of 8 to 14 digits are compared as GTIN-14, so a UPC-A is also found as the EAN-13 with a zero in front, and the reverse; other barcodes exactly.',
    }),
    brand: t.string({ description: 'Only items of this brand, regardless of case and of how accents are encoded.' }),
    tag: t.string({ description: 'Only items that have this tag, regardless of case and of how accents are encoded.' }),
    status: t.field({ type: CatalogItemStatus, description: 'Only items with this status.' }),
    statuses: t.field({ type: [CatalogItemStatus], description: 'Only items with one of these statuses.' }),
    text: t.string({
      description: `Only items in which every one of these words occurs in the name, brand, flavour or tags, regardless of case. At most ${maxFilterWords} words.`,
      validate: z.string().refine((text) => wordsOf(text).length <= maxFilterWords, {
        message: `text takes at most ${maxFilterWords} words.`,
      }),
    }),
  }),
});

builder.queryField('catalogItems', (t) =>
  t.field({
    type: CatalogItemConnection,
    description: 'The catalogue items of the organisation, newest first, archived ones included.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: CatalogItemFilter, description: 'Which items to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const list = { filter: { ...filter, ids: givenIds('catalogItem', filter?.ids) } };
      return connect(page, idKey<CatalogItemRow>('catalogItems'), {
        load: (keyset) => listCatalogItems(context.app.db, organizationId, list, keyset),
        count: () => countCatalogItems(context.app.db, organizationId, list),
      });
    },
  }),
);
