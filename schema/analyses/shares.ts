import { summarizeFacings } from '../../src/analyses/result.ts';
import { type ItemShare as ItemShareShape, toShares } from '../../src/recognition/shares.ts';
import { sumTaskShelfUse } from '../../src/tasks/task-shares.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { TaskStats } from '../tasks/task.ts';
import { Analysis, loadResult } from './analysis.ts';

const ItemShare = builder.objectRef<ItemShareShape>('ItemShare').implement({
  description:
    'The share of the shelf that one item takes. Each kind of share adds up to 1 over the list (rounded to 0.00001), unless nothing was found.',
  fields: (t) => ({
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        'The catalogue item. Null in at most one entry, the last, which covers all products without an item.',
      resolve: ({ itemId }) => itemId,
    }),
    facings: t.exposeInt('facings', { description: 'Number of facings of the item.' }),
    facingShare: t.exposeFloat('facingShare', { description: 'Share of all facings, 0 to 1.' }),
    areaShare: t.exposeFloat('areaShare', {
      description: 'Share of the area that all facings cover in the image, 0 to 1.',
    }),
    linearShare: t.exposeFloat('linearShare', {
      description:
        'Share of the occupied shelf length, 0 to 1: the widths of the facings that stand on a shelf and not on another facing.',
    }),
  }),
});

builder.objectField(Analysis, 'shares', (t) =>
  t.field({
    type: [ItemShare],
    nullable: true,
    description:
      'The share of the shelf that each item takes, most facings first. Null unless the task had computeShares set when the analysis was submitted and the analysis SUCCEEDED.',
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
      'The share of the shelf that each item takes over all analyses, most facings first, whether or not the task has computeShares set. A facing counts once for each image that shows it, and once for each rerun.',
    complexity: { field: 10, multiplier: 20 },
    resolve: async ({ taskId, createdAt }, _args, context) =>
      toShares(await sumTaskShelfUse(context.app.db, organizationOf(context), taskId, createdAt, narrowingOf(context))),
  }),
);
