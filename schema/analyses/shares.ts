import type { ResultBasis as ResultBasisName } from '../../src/analyses/corrections/correction.ts';
import { summarizeFacings } from '../../src/analyses/result.ts';
import { type ItemShare as ItemShareRow, type ShelfUse, toShares } from '../../src/recognition/shares.ts';
import { sumTaskShelfUse } from '../../src/tasks/task-shares.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { TaskStats } from '../tasks/task.ts';
import { Analysis } from './analysis.ts';
import { basisArg, ResultBasis } from './basis.ts';
import { loadDetections } from './results.ts';

interface ItemShareShape extends ItemShareRow {
  basis: ResultBasisName;
}

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
    basis: t.field({
      type: ResultBasis,
      description: 'The basis of the shares: the argument of the list.',
      resolve: ({ basis }) => basis,
    }),
  }),
});

function sharesOf(uses: readonly ShelfUse[], basis: ResultBasisName): ItemShareShape[] {
  return toShares(uses).map((share) => ({ ...share, basis }));
}

builder.objectField(Analysis, 'shares', (t) =>
  t.field({
    type: [ItemShare],
    nullable: true,
    description:
      'The share of the shelf that each item takes, most facings first. Null unless the task had computeShares set when the analysis was submitted and the analysis SUCCEEDED.',
    args: { basis: basisArg(t.arg) },
    complexity: { field: 1, multiplier: 20 },
    resolve: async (row, { basis }, context) => {
      if (!row.compute_shares || row.status !== 'SUCCEEDED') return null;
      const all = await loadDetections(context, row, basis);
      return sharesOf(summarizeFacings(all.map(({ detection }) => detection)), basis);
    },
  }),
);

builder.objectField(TaskStats, 'shares', (t) =>
  t.field({
    type: [ItemShare],
    description:
      'The share of the shelf that each item takes over all analyses, most facings first, whether or not the task has computeShares set. A facing counts once for each image that shows it, and once for each rerun.',
    args: { basis: basisArg(t.arg) },
    complexity: { field: 10, multiplier: 20 },
    resolve: async ({ taskId, createdAt }, { basis }, context) => {
      const of = { organizationId: organizationOf(context), taskId, createdAt, narrowing: narrowingOf(context), basis };
      return sharesOf(await sumTaskShelfUse(context.app.db, of), basis);
    },
  }),
);
