import { summarizeFacings } from '../../src/analyses/result.ts';
import { type ItemShare as ItemShareShape, toShares } from '../../src/recognition/shares.ts';
import { sumTaskShelfUse } from '../../src/tasks/task-shares.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { TaskStats } from '../tasks/task.ts';
import { Analysis, loadResult } from './analysis.ts';

const ItemShare = builder.objectRef<ItemShareShape>('ItemShare').implement({
  description:
    'What part of the shelf one item takes. Over all rows of a list each kind of share sums to 1, unless there is nothing to share.',
  fields: (t) => ({
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'null: all products together that were named no item. At most one row is so, and it is the last.',
      resolve: ({ itemId }) => itemId,
    }),
    facings: t.exposeInt('facings', { description: 'How many of it were found.' }),
    facingShare: t.exposeFloat('facingShare', { description: '0..1 of all facings.' }),
    areaShare: t.exposeFloat('areaShare', { description: '0..1 of the area that all facings cover in the picture.' }),
    linearShare: t.exposeFloat('linearShare', {
      description:
        '0..1 of the length of shelf taken: of the widths of all facings that stand on a shelf, not on another.',
    }),
  }),
});

builder.objectField(Analysis, 'shares', (t) =>
  t.field({
    type: [ItemShare],
    nullable: true,
    description:
      'Shares of shelf, most facings first; null unless the task had computeShares when it was submitted and it has SUCCEEDED.',
    complexity: { field: 1, multiplier: 20 },
    resolve: async (row, _args, context) => {
      const result = row.compute_shares ? await loadResult(context, row) : null;
      return result && toShares(summarizeFacings(result.detections));
    },
  }),
);

builder.objectField(TaskStats, 'shares', (t) =>
  t.field({
    type: [ItemShare],
    description:
      'Shares of shelf of all that was found, most facings first, whether or not the task has computeShares. Facings that several pictures show count in each, and so do the runs of a picture that was run again.',
    complexity: { field: 10, multiplier: 20 },
    resolve: async ({ taskId, createdAt }, _args, context) =>
      toShares(await sumTaskShelfUse(context.app.db, organizationOf(context), taskId, createdAt)),
  }),
);
