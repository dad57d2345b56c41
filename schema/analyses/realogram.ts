import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { type ShelfPosition, type Shelf as ShelfRow, toShelves } from '../../src/analyses/shelves.ts';
import { builder } from '../core/builder.ts';
import { Analysis, loadResult } from './analysis.ts';
import { Box, BoxUnit, boxIn } from './box.ts';
import { Detection } from './detection.ts';

type InResult<T> = T & { result: AnalysisResultRow };

const RealogramPosition = builder.objectRef<InResult<ShelfPosition>>('RealogramPosition').implement({
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
      resolve: ({ detection: index, result }) => ({ detection: result.detections[index]!, index, result }),
    }),
  }),
});

const RealogramShelf = builder.objectRef<InResult<ShelfRow>>('RealogramShelf').implement({
  description: 'A row of products.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position from the top of the image, from 0.' }),
    box: t.field({
      type: Box,
      description: 'The rectangle around everything that stands on the shelf.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ box, result }, { unit }) => boxIn(unit, box, result),
    }),
    positions: t.field({
      type: [RealogramPosition],
      description: 'The facings from left to right, each stack from the bottom up.',
      // With the multiplier of shelves this is as much as a list of detections costs.
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ positions, result }) => positions.map((position) => ({ ...position, result })),
    }),
  }),
});

const Realogram = builder.objectRef<AnalysisResultRow>('Realogram').implement({
  description:
    'The products on the shelves as the image shows them: rows from top to bottom, positions from left to right.',
  fields: (t) => ({
    shelves: t.field({
      type: [RealogramShelf],
      description:
        'The shelves, from top to bottom. They are derived from the boxes of the detections, after correction for camera tilt and perspective. Images turned by up to about 8 degrees are read reliably. A shelf without products is not found. Each detection has exactly one position.',
      complexity: { field: 1, multiplier: 4 },
      resolve: (result) => toShelves(result.detections).map((shelf) => ({ ...shelf, result })),
    }),
  }),
});

builder.objectField(Analysis, 'realogram', (t) =>
  t.field({
    type: Realogram,
    nullable: true,
    description:
      'The shelves that the image shows. Null unless the task had computeRealogram set when the analysis was submitted and the analysis SUCCEEDED.',
    resolve: (row, _args, context) => (row.compute_realogram ? loadResult(context, row) : null),
  }),
);
