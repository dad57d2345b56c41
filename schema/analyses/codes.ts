import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import { boxAround, type Code as CodeRow, codeFormats } from '../../src/recognition/codes/code.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';
import { Box, BoxUnit, boxIn, cornersIn, Point } from './box.ts';
import { Detection } from './detection.ts';
import { loadResult } from './results.ts';

const descriptions: Record<(typeof codeFormats)[number], string> = {
  EAN_13: 'EAN-13 (GTIN-13), the barcode of most packs.',
  EAN_8: 'EAN-8 (GTIN-8), of small packs.',
  UPC_A: 'UPC-A (GTIN-12), the barcode of most packs in North America.',
  UPC_E: 'UPC-E, a UPC-A without its zeros.',
  ITF_14: 'ITF-14 (GTIN-14), of cases.',
  DATABAR: 'GS1 DataBar, of loose food and small things.',
  DATABAR_LIMITED: 'GS1 DataBar Limited.',
  DATABAR_EXPANDED: 'GS1 DataBar Expanded, which also has weights, dates and prices.',
  CODE_128: 'Code 128, also as GS1-128, of parcels and pallets.',
  CODE_39: 'Code 39.',
  QR_CODE: 'QR code.',
  MICRO_QR_CODE: 'Micro QR code.',
  DATA_MATRIX: 'Data Matrix, also as GS1 Data Matrix.',
};

const CodeFormat = builder.enumType('CodeFormat', {
  description: 'The kind of a code. More values may be added.',
  values: Object.fromEntries(codeFormats.map((format) => [format, { description: descriptions[format] }])),
});

interface CodeShape {
  code: CodeRow;
  result: AnalysisResultRow;
}

const Code = builder.objectRef<CodeShape>('Code').implement({
  description: 'A barcode or matrix code in an image.',
  fields: (t) => ({
    value: t.string({
      description:
        'The content as text: the digits of a barcode (of a UPC-E, the twelve that it stands for), the text of a QR code, GS1 data with application identifiers in brackets. Control characters are written as <ESC>, except for tabs and line breaks. It comes from whoever printed the code: treat it like any input of a stranger.',
      resolve: ({ code }) => code.value,
    }),
    format: t.field({ type: CodeFormat, description: 'The kind of code.', resolve: ({ code }) => code.format }),
    gtin: t.string({
      nullable: true,
      description:
        'The product number (GTIN) in the code, with 14 digits and a valid check digit. Null if it contains none. It is read from EAN, UPC and ITF-14, from GS1 data and from GS1 Digital Links.',
      resolve: ({ code }) => code.gtin,
    }),
    box: t.field({
      type: Box,
      description: 'The upright rectangle around the code. That of a barcode contains the lines that were read.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ code, result }, { unit }) => boxIn(unit, boxAround(code.corners), result),
    }),
    quadrilateral: t.field({
      type: [Point],
      description:
        'The four corners of the code, clockwise from its own top left corner. Those of a barcode are the ends of the lines that were read.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      complexity: { field: 1, multiplier: 4 },
      resolve: ({ code, result }, { unit }) => cornersIn(unit, code.corners, result),
    }),
    detection: t.field({
      type: Detection,
      nullable: true,
      description:
        'The product that the code is on: the smallest detection that contains all of it. Null if there is none, for example for the code of a price tag.',
      resolve: ({ code: { detection: index }, result }) =>
        index === null ? null : { detection: result.detections[index]!, index, correctionId: null, result },
    }),
  }),
});

builder.objectField(Analysis, 'codes', (t) =>
  t.field({
    type: [Code],
    nullable: true,
    description:
      'The barcodes and matrix codes in the image, at most 200. Empty if there are none that can be read: see docs/guide/codes.md for how large they must be. Null unless readCodes was set when the analysis was submitted and the analysis SUCCEEDED, and after the image has been deleted.',
    complexity: { field: 1, multiplier: 5 },
    resolve: async (row, _args, context) => {
      const result = await loadResult(context, row);
      return result?.codes?.map((code) => ({ code, result })) ?? null;
    },
  }),
);
