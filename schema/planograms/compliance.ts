import type { ObjectFieldBuilder } from '@pothos/core';
import type { AnalysisCompliance } from '../../src/planograms/compliance.repository.ts';
import {
  type JudgedPosition,
  type PositionStatus as PositionStatusText,
  positionStatuses,
} from '../../src/recognition/compliance/compliance.ts';
import { Analysis } from '../analyses/analysis.ts';
import { basisArg, ResultBasis } from '../analyses/basis.ts';
import { Detection } from '../analyses/detection.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder, type Types } from '../core/builder.ts';
import { loadCompliance, loadDetectionsAt, type OnBasis } from './on-basis.ts';
import { Planogram } from './planogram.ts';

const statusHelp: Record<PositionStatusText, string> = {
  FOUND: 'The item stands in its place with the planned number of facings, or with as many as the image shows.',
  TOO_FEW_FACINGS: 'The item stands in its place with fewer facings than planned.',
  TOO_MANY_FACINGS: 'The item stands in its place with more facings than planned.',
  OUT_OF_ORDER:
    'The item stands on the right shelf, but not between the right neighbours. Of two neighbours that have changed places, one is out of order.',
  MISPLACED: 'The item stands on another shelf.',
  WRONG_ITEM: 'Another item stands in the place, and the image shows the planned one nowhere.',
  MISSING: 'The place is empty or taken up by its neighbours, and the image shows the item nowhere.',
  UNIDENTIFIED: 'A product stands in the place that was not named. It says nothing for or against the shelf.',
  NOT_SEEN:
    'The image does not show the place, as far as the products that were recognised tell. It says nothing for or against the shelf.',
};

const PositionStatus = builder.enumType('PositionStatus', {
  description:
    'How a planned position looks in an image. More values may be added: treat an unknown value as a difference from the plan.',
  values: Object.fromEntries(positionStatuses.map((name) => [name, { description: statusHelp[name] }])) as Record<
    PositionStatusText,
    { description: string }
  >,
});

/** A position with the analysis that shows it. */
export type PositionShape = JudgedPosition & OnBasis;

const CompliancePosition = builder.objectRef<PositionShape>('CompliancePosition').implement({
  description: 'A position of the planogram, and what the image shows of it.',
  fields: (t) => ({
    analysis: t.field({
      type: Analysis,
      description:
        'The analysis of the image that shows it. Of a visit, different positions may be shown by different images.',
      resolve: ({ analysis }) => analysis,
    }),
    shelf: t.exposeInt('shelf', { description: 'Index of the shelf in the planogram, from the top, from 0.' }),
    position: t.exposeInt('position', { description: 'Index of the position on its shelf, from the left, from 0.' }),
    catalogItem: t.field({
      type: CatalogItem,
      description: 'The catalogue item that should stand here.',
      resolve: ({ itemId }) => itemId,
    }),
    status: t.field({ type: PositionStatus, description: 'How it looks.', resolve: ({ status }) => status }),
    planned: t.exposeInt('planned', {
      description: 'Number of products that the planogram has here: facings times stack.',
    }),
    visible: t.exposeInt('visible', {
      description:
        'How many of the planned products the image would show. Fewer than planned at its edges; 0 if NOT_SEEN.',
    }),
    found: t.exposeInt('found', {
      description: 'Number of products of the item that stand here, stacked ones included.',
    }),
    detections: t.field({
      type: [Detection],
      description:
        'The products of the item that stand here. For OUT_OF_ORDER and MISPLACED: where the item stands instead. For WRONG_ITEM and UNIDENTIFIED: what stands in its place.',
      complexity: { field: 1, multiplier: 2 },
      resolve: (position, _args, context) => loadDetectionsAt(context, position, position.detections),
    }),
  }),
});

/** How one image or several agree with a version of a planogram. */
export interface ComplianceShape {
  planogramId: string;
  version: number;
  score: number | null;
  /** Of all positions: the argument of the field. */
  basis: OnBasis['basis'];
  positions: readonly PositionShape[];
}

/** The fields of every type that says how images agree with a planogram. */
export function complianceFields<Shape extends ComplianceShape>(
  t: ObjectFieldBuilder<Types, Shape>,
  help: { score: string; positions: string },
) {
  return {
    planogram: t.field({
      type: Planogram,
      nullable: true,
      description: 'The planogram. Null for a session token that is limited to other tasks or places than its own.',
      resolve: ({ planogramId }) => planogramId,
    }),
    planogramVersion: t.int({
      description: 'The version of the planogram.',
      resolve: ({ version }) => version,
    }),
    score: t.float({ nullable: true, description: help.score, resolve: ({ score }) => score }),
    positions: t.field({
      type: [CompliancePosition],
      description: help.positions,
      args: {
        status: t.arg({
          type: [PositionStatus],
          description: 'Only positions with one of these statuses. Default: all.',
        }),
      },
      complexity: { field: 1, multiplier: 20 },
      resolve: ({ positions }, { status }) =>
        positions.filter((position) => status == null || status.includes(position.status)),
    }),
    basis: t.field({
      type: ResultBasis,
      description: 'The basis of the comparison: the argument of the field.',
      resolve: ({ basis }) => basis,
    }),
  };
}

const Compliance = builder
  .objectRef<ComplianceShape & OnBasis & Pick<AnalysisCompliance, 'unplanned'>>('Compliance')
  .implement({
    description:
      'How an image agrees with the planogram that counted for it when the analysis succeeded. On the basis FOUND it never changes.',
    fields: (t) => ({
      ...complianceFields(t, {
        score:
          'The mean over all positions that are neither NOT_SEEN nor UNIDENTIFIED, 0 to 1: FOUND counts 1, TOO_FEW_FACINGS found ÷ visible, TOO_MANY_FACINGS visible ÷ found, every other status 0. Null if there are no such positions, for example because no product of the planogram was found.',
        positions: 'The positions of the planogram in its order.',
      }),
      unplanned: t.field({
        type: [Detection],
        description: 'Products that stand where the planogram has none and that it does not miss elsewhere.',
        complexity: { field: 1, multiplier: 10 },
        resolve: (judged, _args, context) => loadDetectionsAt(context, judged, judged.unplanned),
      }),
    }),
  });

builder.objectField(Analysis, 'compliance', (t) =>
  t.field({
    type: Compliance,
    nullable: true,
    description:
      'How the image agrees with the planogram of the task or place. Null unless the analysis SUCCEEDED while a planogram counted for it.',
    args: { basis: basisArg(t.arg) },
    resolve: async (analysis, { basis }, context) => {
      const shown = { analysis, basis };
      const judged = await loadCompliance(context, shown);
      return judged && { ...judged, ...shown, positions: judged.positions.map((one) => ({ ...one, ...shown })) };
    },
  }),
);
