import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { type TextLine as FoundLine, textOf } from '../../src/recognition/text/text-line.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';
import { BoxUnit, cornersIn, Point } from './box.ts';
import { Detection } from './detection.ts';
import { loadResult } from './results.ts';

const TextLine = builder.objectRef<{ line: FoundLine; result: AnalysisResultRow }>('TextLine').implement({
  description: 'A line of text in an image.',
  fields: (t) => ({
    text: t.string({ description: 'What it says; never empty.', resolve: ({ line }) => line.text }),
    confidence: t.float({
      description: 'Mean probability of its characters, 0 to 1. It says nothing about characters that were not found.',
      resolve: ({ line }) => line.confidence,
    }),
    quadrilateral: t.field({
      type: [Point],
      description:
        'Its four corners, clockwise, beginning with the top left corner of its first character: where text lies on its side, that corner is at the bottom left or the top right.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      complexity: { field: 1, multiplier: 4 },
      resolve: ({ line, result }, { unit }) => cornersIn(unit, line.corners, result),
    }),
    detection: t.field({
      type: Detection,
      nullable: true,
      description: 'The detection whose box contains most of the line. Null if none does, as for price tags.',
      resolve: ({ line: { detection: index }, result }) =>
        index === null ? null : { detection: result.detections[index]!, index, correctionId: null, result },
    }),
  }),
});

builder.objectField(Analysis, 'texts', (t) =>
  t.field({
    type: [TextLine],
    nullable: true,
    description:
      'The lines of text in the image, from top to bottom and from left to right; empty if there are none. Null unless it was requested (readText of the task or the options) and the analysis SUCCEEDED; also null if reading failed, which `warnings` says, and after the image was deleted.',
    complexity: { field: 1, multiplier: 20 },
    resolve: async (row, _args, context) => {
      const result = await loadResult(context, row);
      return result?.texts ? result.texts.map((line) => ({ line, result })) : null;
    },
  }),
);

builder.objectField(Detection, 'text', (t) =>
  t.string({
    nullable: true,
    description:
      'The text on the product: the lines of `Analysis.texts` that lie in its box, with line breaks between them; empty if there are none. Null where `Analysis.texts` is, and if a correction added the product.',
    resolve: ({ index, result }) => textOf(result.texts, index),
  }),
);
