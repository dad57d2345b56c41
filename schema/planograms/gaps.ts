import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import type { ResultBasis as ResultBasisName } from '../../src/analyses/corrections/correction.ts';
import type { StoredGap } from '../../src/planograms/gaps.repository.ts';
import { Analysis } from '../analyses/analysis.ts';
import { basisArg, ResultBasis } from '../analyses/basis.ts';
import { Box, BoxUnit, boxIn } from '../analyses/box.ts';
import { loadResult } from '../analyses/results.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { loadGaps } from './on-basis.ts';

const GapSource = builder.enumType('GapSource', {
  description: 'Where the item that a gap lacks is known from.',
  values: {
    PLANOGRAM: { description: 'The planogram that counts for the analysis has the item there.' },
    LAST_IMAGE: {
      description:
        'The item stood between the same neighbours on the image of the task and place that was taken before.',
    },
  } as const,
});

interface GapShape extends StoredGap {
  basis: ResultBasisName;
  result: AnalysisResultRow;
}

const Gap = builder.objectRef<GapShape>('Gap').implement({
  description: 'An empty stretch of a shelf, wide enough for a facing of one of its neighbours.',
  fields: (t) => ({
    shelf: t.exposeInt('shelf', {
      description: 'Index of the shelf in the image, from the top, from 0; see Realogram.',
    }),
    box: t.field({
      type: Box,
      description: 'The empty stretch, as high as the lower one of its neighbours.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ box, result }, { unit }) => boxIn(unit, box, result),
    }),
    facings: t.exposeInt('facings', { description: 'How many facings of the narrower neighbour would fit, from 1.' }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'The catalogue item that should stand there. Null if nobody knows.',
      resolve: ({ missing }) => missing?.itemId ?? null,
    }),
    catalogItemFrom: t.field({
      type: GapSource,
      nullable: true,
      description: 'Where catalogItem is known from. Null if it is null.',
      resolve: ({ missing }) => missing?.source ?? null,
    }),
    basis: t.field({
      type: ResultBasis,
      description: 'The basis of the gap: the argument of the list.',
      resolve: ({ basis }) => basis,
    }),
  }),
});

builder.objectFields(Analysis, (t) => ({
  gaps: t.field({
    type: [Gap],
    nullable: true,
    description:
      'The empty stretches of shelves, from top to bottom and left to right. Null unless the task had findGaps set when the analysis was submitted and the analysis SUCCEEDED.',
    complexity: { field: 1, multiplier: 5 },
    args: { basis: basisArg(t.arg) },
    resolve: async (analysis, { basis }, context) => {
      const found = await loadGaps(context, { analysis, basis });
      const result = found && (await loadResult(context, analysis));
      return found && result ? found.gaps.map((gap) => ({ ...gap, basis, result })) : null;
    },
  }),
  gapShare: t.float({
    nullable: true,
    description:
      'The part of the length of all shelves that is empty, 0 to 1. Null where gaps is null, and if the image shows no products.',
    args: { basis: basisArg(t.arg) },
    resolve: async (analysis, { basis }, context) => (await loadGaps(context, { analysis, basis }))?.share ?? null,
  }),
}));
