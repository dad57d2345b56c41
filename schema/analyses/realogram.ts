import type { ResultBasis as ResultBasisName } from '../../src/analyses/corrections/correction.ts';
import { type ShelfPosition, type Shelf as ShelfRow, toShelves } from '../../src/analyses/shelves.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';
import { basisArg, ResultBasis } from './basis.ts';
import { Box, BoxUnit, boxIn } from './box.ts';
import { Detection, type DetectionShape } from './detection.ts';
import { loadDetections } from './results.ts';

interface RealogramShape {
  basis: ResultBasisName;
  /** On that basis; places refer to them by their index. */
  detections: readonly DetectionShape[];
}

type Within<T> = T & Pick<RealogramShape, 'detections'>;

const RealogramPosition = builder.objectRef<Within<ShelfPosition>>('RealogramPosition').implement({
  description: 'A facing and where it stands on its shelf.',
  fields: (t) => ({
    index: t.exposeInt('index', {
      description: 'Position from the left of the shelf, from 0. Stacked facings have the same index.',
    }),
    level: t.exposeInt('level', {
      description: 'Level in its stack: 0 stands on the shelf, 1 stands on a facing of level 0, and so on.',
    }),
    detection: t.field({
      type: Detection,
      description: 'The product at this position.',
      resolve: ({ detection, detections }) => detections[detection]!,
    }),
  }),
});

const RealogramShelf = builder.objectRef<Within<ShelfRow>>('RealogramShelf').implement({
  description: 'A row of products.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position from the top of the image, from 0.' }),
    box: t.field({
      type: Box,
      description: 'The rectangle around everything that stands on the shelf.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      // A shelf has products.
      resolve: ({ box, detections }, { unit }) => boxIn(unit, box, detections[0]!.result),
    }),
    positions: t.field({
      type: [RealogramPosition],
      description: 'The facings from left to right, each stack from the bottom up.',
      // With the multiplier of shelves this is as much as a list of detections costs.
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ positions, detections }) => positions.map((position) => ({ ...position, detections })),
    }),
  }),
});

const Realogram = builder.objectRef<RealogramShape>('Realogram').implement({
  description:
    'The products on the shelves as the image shows them: rows from top to bottom, positions from left to right.',
  fields: (t) => ({
    shelves: t.field({
      type: [RealogramShelf],
      description:
        'The shelves, from top to bottom. They are derived from the boxes of the detections, after correction for camera tilt and perspective. Images turned by up to about 8 degrees are read reliably. A shelf without products is not found. Each detection has exactly one position.',
      complexity: { field: 1, multiplier: 4 },
      resolve: ({ detections }) =>
        toShelves(detections.map(({ detection }) => detection)).map((shelf) => ({ ...shelf, detections })),
    }),
    basis: t.field({
      type: ResultBasis,
      description: 'The basis of the shelves: the argument of the field.',
      resolve: ({ basis }) => basis,
    }),
  }),
});

builder.objectField(Analysis, 'realogram', (t) =>
  t.field({
    type: Realogram,
    nullable: true,
    description:
      'The shelves that the image shows. Null unless the task had computeRealogram set when the analysis was submitted and the analysis SUCCEEDED.',
    args: { basis: basisArg(t.arg) },
    resolve: async (row, { basis }, context) => {
      if (!row.compute_realogram || row.status !== 'SUCCEEDED') return null;
      return { basis, detections: await loadDetections(context, row, basis) };
    },
  }),
);
