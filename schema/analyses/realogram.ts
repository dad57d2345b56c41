import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { type ShelfPosition, type Shelf as ShelfRow, toShelves } from '../../src/analyses/shelves.ts';
import { builder } from '../core/builder.ts';
import { Analysis, loadResult } from './analysis.ts';
import { Box, BoxUnit, boxIn } from './box.ts';
import { Detection } from './detection.ts';

type InResult<T> = T & { result: AnalysisResultRow };

const RealogramPosition = builder.objectRef<InResult<ShelfPosition>>('RealogramPosition').implement({
  description: 'A facing in its place.',
  fields: (t) => ({
    index: t.exposeInt('index', {
      description: 'From the left of the shelf, from 0. Facings of one stack have the same.',
    }),
    level: t.exposeInt('level', { description: '0 stands on the shelf, 1 on a facing of level 0, and so on.' }),
    detection: t.field({
      type: Detection,
      description: 'What stands there.',
      resolve: ({ detection: index, result }) => ({ detection: result.detections[index]!, index, result }),
    }),
  }),
});

const RealogramShelf = builder.objectRef<InResult<ShelfRow>>('RealogramShelf').implement({
  description: 'A row of products.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'From the top, from 0.' }),
    box: t.field({
      type: Box,
      description: 'Around everything that stands on it.',
      args: { unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Of the numbers.' }) },
      resolve: ({ box, result }, { unit }) => boxIn(unit, box, result),
    }),
    positions: t.field({
      type: [RealogramPosition],
      description: 'From left to right, a stack from its foot up.',
      // With the shelves as many as detections are taken to be.
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ positions, result }) => positions.map((position) => ({ ...position, result })),
    }),
  }),
});

const Realogram = builder.objectRef<AnalysisResultRow>('Realogram').implement({
  description: 'The shelf as it is: rows from top to bottom, positions from left to right.',
  fields: (t) => ({
    shelves: t.field({
      type: [RealogramShelf],
      description:
        'From the boxes alone, with the tilt and the perspective of the camera removed, up to about 10 degrees of turn. A shelf without products is not seen. Every detection is in one position.',
      complexity: { field: 1, multiplier: 4 },
      resolve: (result) => toShelves(result.detections).map((shelf) => ({ ...shelf, result })),
    }),
  }),
});

builder.objectField(Analysis, 'realogram', (t) =>
  t.field({
    type: Realogram,
    nullable: true,
    description: 'null unless the task had computeRealogram when it was submitted and it has SUCCEEDED.',
    resolve: (row, _args, context) => (row.compute_realogram ? loadResult(context, row) : null),
  }),
);
