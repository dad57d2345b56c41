import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { type CorrectionRow, isApplied } from '../../src/analyses/corrections/correction.ts';
import { findCorrections } from '../../src/corrections/corrections.repository.ts';
import { matchCorrections } from '../../src/recognition/corrections/match.ts';
import { boxOf, type Verdict } from '../../src/recognition/corrections/statement.ts';
import { Analysis } from '../analyses/analysis.ts';
import { Box, BoxUnit, boxIn } from '../analyses/box.ts';
import { Detection, type DetectionShape } from '../analyses/detection.ts';
import { loadResult } from '../analyses/results.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { loadCorrections } from './loader.ts';

export const CorrectionStatus = builder.enumType('CorrectionStatus', {
  description: 'Whether a correction counts.',
  values: {
    APPLIED: { description: 'It counts on the basis CORRECTED.' },
    PROPOSED: {
      description: 'It changes nothing until approveCorrections: the caller who made it does not have the scope TEACH.',
    },
  } satisfies Record<CorrectionRow['status'], object>,
});

const CorrectionVerdict = builder.enumType('CorrectionVerdict', {
  description: 'What a correction says about its box.',
  values: {
    ITEM: { description: 'It shows `catalogItem`.' },
    UNKNOWN: { description: 'It shows a product that is none of the catalogue items.' },
    NOT_A_PRODUCT: { description: 'It shows no product.' },
  } satisfies Record<Verdict, object>,
});

export const Correction = builder.loadableNodeRef(
  'Correction',
  rowsById((ids, context) => findCorrections(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

Correction.implement({
  description:
    'What a person says about one product in an image. It is kept beside the result, which stays as it was found, and counts for all runs of the image: in other runs it is about the detection whose box overlaps its own by at least half (intersection over union). It is deleted with the last of these analyses.',
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: CorrectionStatus, description: 'Whether it counts.', resolve: (row) => row.status }),
    verdict: t.field({ type: CorrectionVerdict, description: 'What it says.', resolve: (row) => row.verdict }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'The catalogue item that it names. Null unless the verdict is ITEM.',
      resolve: (row) => row.catalog_item_id,
    }),
    foundCatalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        'The item that had been found when the correction was made; it is confirmed if it equals catalogItem. Null if there was none.',
      resolve: (row) => row.found_item_id,
    }),
    analysis: t.field({
      type: Analysis,
      description:
        'The analysis that it was made on. After that was deleted, the latest other analysis of the image by the task.',
      resolve: (row) => row.analysis_id,
    }),
    detection: t.field({
      type: Detection,
      nullable: true,
      description: 'The detection of `analysis` that it is about, as found. Null if the product was missed there.',
      resolve: async (row, _args, context) => {
        const analysis = await Analysis.getDataloader(context).load(row.analysis_id);
        const result = analysis && (await loadResult(context, analysis));
        if (!result) return null;
        const { byDetection } = matchCorrections(row.analysis_id, result.detections, [row]);
        const [index] = byDetection.keys();
        return index === undefined ? null : { detection: result.detections[index]!, index, correctionId: null, result };
      },
    }),
    box: t.field({
      type: Box,
      description: 'Where the product is in the image.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: (row, { unit }) => boxIn(unit, boxOf(row), { width: row.picture_width, height: row.picture_height }),
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description:
        'Whom the session token stood for with which it was made; see CreateSessionTokenInput. Null if nobody was named, or an API key was sent.',
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (row) => row.created_at }),
  }),
});

registerNode('Correction', (context, id) => Correction.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const CorrectionConnection = connectionType<CorrectionRow>('Correction', Correction);

builder.objectField(Detection, 'correction', (t) =>
  t.field({
    type: Correction,
    nullable: true,
    description:
      'The current correction of the product: the one that is APPLIED, otherwise one that is PROPOSED. Null if there is none.',
    resolve: async (shape, _args, context) => {
      const { result, index, correctionId } = shape as DetectionShape;
      if (index === null) return correctionId;
      const { applied, proposed } = match(result, await loadCorrections(context, result.analysis_id));
      return applied.get(index) ?? proposed.get(index) ?? null;
    },
  }),
);

builder.objectField(Analysis, 'corrections', (t) =>
  t.field({
    type: [Correction],
    description: 'The current corrections of all runs of the image by the task, oldest first.',
    complexity: { field: 1, multiplier: 20 },
    resolve: async (analysis, _args, context) => [...(await loadCorrections(context, analysis.id))],
  }),
);

type ByDetection = ReadonlyMap<number, CorrectionRow>;
const matched = new WeakMap<readonly CorrectionRow[], { applied: ByDetection; proposed: ByDetection }>();

/** Done once for all detections of a result. */
function match(result: AnalysisResultRow, corrections: readonly CorrectionRow[]) {
  const known = matched.get(corrections);
  if (known) return known;
  const of = (some: readonly CorrectionRow[]) =>
    matchCorrections(result.analysis_id, result.detections, some).byDetection;
  const found = {
    applied: of(corrections.filter(isApplied)),
    proposed: of(corrections.filter((one) => !isApplied(one))),
  };
  matched.set(corrections, found);
  return found;
}
