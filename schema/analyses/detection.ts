import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import type { StoredDetection } from '../../src/analyses/result.ts';
import { encodeId } from '../../src/ids.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { Box, BoxUnit, boxIn } from './box.ts';

/** A detection with what its fields need of the result that it is in. */
export interface DetectionShape {
  detection: StoredDetection;
  /** In the result. */
  index: number;
  result: AnalysisResultRow;
}

export const MatchMethod = builder.enumType('MatchMethod', {
  description: 'What decided which item a detection is.',
  values: {
    APPEARANCE: { description: 'The embedding alone.' },
    VERIFIED: { description: 'Local features agree in place and colour.' },
    NEIGHBOR: { description: "Its neighbours' item." },
  } as const,
});

const Candidate = builder.objectRef<StoredDetection['candidates'][number]>('Candidate').implement({
  description: 'An item that a detection may be.',
  fields: (t) => ({
    catalogItem: t.field({
      type: CatalogItem,
      description: 'The item.',
      resolve: (candidate) => candidate.itemId,
    }),
    confidence: t.exposeFloat('confidence', { description: '0..1, calibrated chance that it is this item.' }),
  }),
});

export const Detection = builder.objectRef<DetectionShape>('Detection').implement({
  description: 'One product that was found in a picture.',
  fields: (t) => ({
    id: t.id({
      description: 'Stable: the id of the analysis, a hyphen and the place in its list.',
      resolve: ({ result, index }) => `${encodeId('analysis', result.analysis_id)}-${index}`,
    }),
    box: t.field({
      type: Box,
      description: 'Where it is.',
      args: { unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Of the numbers.' }) },
      resolve: ({ detection, result }, { unit }) => boxIn(unit, detection.box, result),
    }),
    objectness: t.float({
      description: '0..1 that something is there.',
      resolve: ({ detection }) => detection.objectness,
    }),
    confidence: t.float({
      description: '0..1, calibrated chance that catalogItem is right; equals objectness when no item matches.',
      resolve: ({ detection }) => detection.confidence,
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: "null: a product that is none of the task's items, or one too uncertain to name; see candidates.",
      resolve: ({ detection }) => detection.itemId,
    }),
    matchedBy: t.field({
      type: MatchMethod,
      nullable: true,
      description: 'What decided; null with catalogItem.',
      resolve: ({ detection }) => detection.matchedBy,
    }),
    candidates: t.field({
      type: [Candidate],
      description: 'As many as the task or the analysis asks for (topCandidates), likeliest first.',
      complexity: { field: 1, multiplier: 3 },
      resolve: ({ detection }) => detection.candidates,
    }),
  }),
});
