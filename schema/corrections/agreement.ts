import type { Context } from '../../src/context.ts';
import { type Agreement, agreementOver, findAgreements } from '../../src/corrections/agreement.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { loaderBy } from '../core/loaders.ts';

const byItem = loaderBy(
  (found: Agreement) => found.itemId,
  (ids, context) => readAgreements(context, ids),
);

function readAgreements(context: Context, itemIds: readonly string[]): Promise<Agreement[]> {
  return findAgreements(context.app.db, organizationOf(context), itemIds, narrowingOf(context));
}

builder.objectField(CatalogItem, 'agreement', (t) =>
  t.float({
    nullable: true,
    description: `How often people agreed with this item, 0 to 1: of the last ${agreementOver} APPLIED corrections of detections that had been found as this item, the share that confirmed it. Null if there are none.`,
    complexity: 1,
    resolve: async (item, _args, context) => (await byItem(context).load(item.id))?.agreement ?? null,
  }),
);
