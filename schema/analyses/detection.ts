import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { encodeDetectionId } from '../../src/analyses/detection-id.ts';
import { encodeId } from '../../src/ids.ts';
import type { CorrectedDetection } from '../../src/recognition/corrections/apply.ts';
import type { Detection as FoundDetection } from '../../src/recognition/detection.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { neighbor } from '../core/neighbors.ts';
import { Box, BoxUnit, boxIn } from './box.ts';

/** A detection with the result that contains it, which some fields need. */
export interface DetectionShape extends CorrectedDetection {
  result: AnalysisResultRow;
}

export const MatchMethod = builder.enumType('MatchMethod', {
  description: 'How the catalogue item of a detection was determined.',
  values: {
    APPEARANCE: { description: 'By the similarity of embeddings alone.' },
    VERIFIED: { description: 'By local features that agree in position and colour.' },
    NEIGHBOR: { description: 'By its neighbours: it took the item that most of them have.' },
    BARCODE: { description: 'By a code on the product that equals the barcode of the item; see Analysis.codes.' },
    CORRECTION: { description: 'By a person, with correctDetections. Only on the basis CORRECTED.' },
  } as const,
});

const Candidate = builder.objectRef<FoundDetection['candidates'][number]>('Candidate').implement({
  description: 'A catalogue item that a detection may show.',
  fields: (t) => ({
    catalogItem: t.field({
      type: CatalogItem,
      description: 'The catalogue item.',
      resolve: (candidate) => candidate.itemId,
    }),
    confidence: t.exposeFloat('confidence', {
      description: 'Calibrated probability that the detection shows this item, 0 to 1.',
    }),
  }),
});

export const Detection = builder.objectRef<DetectionShape>('Detection').implement({
  description: 'One product found in an image.',
  fields: (t) => ({
    id: t.id({
      description:
        'Stable id: the id of the analysis, a hyphen, and the index in its list of detections. A product that a correction added has the id of the correction. It is the same on both bases, though other fields differ: a client cache that stores objects by their ids must keep the two apart.',
      resolve: ({ result, index, correctionId }) =>
        index === null
          ? encodeId('correction', correctionId!)
          : encodeDetectionId({ analysisId: result.analysis_id, index }),
    }),
    box: t.field({
      type: Box,
      description: 'Where the product is in the image.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ detection, result }, { unit }) => boxIn(unit, detection.box, result),
    }),
    objectness: t.float({
      description: 'Score for the presence of a product in the box, 0 to 1; 1 if a correction added it.',
      resolve: ({ detection }) => detection.objectness,
    }),
    confidence: t.float({
      description:
        'Calibrated probability that catalogItem is correct, 0 to 1. Equals objectness if catalogItem is null; 1 if matchedBy is CORRECTION.',
      resolve: ({ detection }) => detection.confidence,
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        "The catalogue item. Null if the product is not one of the task's items, or if the match is too uncertain; see candidates.",
      resolve: neighbor('Detection', 'catalogItem', CatalogItem, ({ detection }: DetectionShape) => detection.itemId),
    }),
    matchedBy: t.field({
      type: MatchMethod,
      nullable: true,
      description: 'How catalogItem was determined. Null if catalogItem is null.',
      resolve: ({ detection }) => detection.matchedBy,
    }),
    candidates: t.field({
      type: [Candidate],
      description:
        'The most probable items as they were found, best first; none if a correction added the product. At most as many as topCandidates of the analysis or its task.',
      complexity: { field: 1, multiplier: 3 },
      resolve: ({ detection }) => detection.candidates,
    }),
  }),
});
