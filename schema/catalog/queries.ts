import { z } from 'zod';
import { type CatalogItemRow, countCatalogItems, listCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { maxFilterWords, wordsOf } from '../../src/catalog/catalog-filter.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenIds } from '../core/given-id.ts';
import { CatalogItemConnection, CatalogItemStatus } from './catalog-item.ts';

const CatalogItemFilter = builder.inputType('CatalogItemFilter', {
  description: 'Narrowing rules, all of which must match; one that is left out narrows nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'One of these.' }),
    name: t.string({ description: 'Exact.' }),
    customId: t.string({ description: 'Exact.' }),
    barcode: t.string({ description: 'Exact.' }),
    brand: t.string({ description: 'Exact.' }),
    tag: t.string({ description: 'One of its tags, exact.' }),
    status: t.field({ type: CatalogItemStatus, description: 'Exact.' }),
    text: t.string({
      description: `Every word must occur in name, brand, flavour or tags, whatever its case; at most ${maxFilterWords}.`,
      validate: z.string().refine((text) => wordsOf(text).length <= maxFilterWords, {
        message: `text takes at most ${maxFilterWords} words.`,
      }),
    }),
  }),
});

builder.queryField('catalogItems', (t) =>
  t.field({
    type: CatalogItemConnection,
    description: 'The catalogue, newest first, archived items included.',
    args: { ...pageArgs(t.arg), filter: t.arg({ type: CatalogItemFilter, description: 'Left out: all.' }) },
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
