import type { AnalysisResultRow } from '../../src/analyses/analyses.repository.ts';
import type { PriceTag as PriceTagRow, UnitPrice as UnitPriceRow } from '../../src/recognition/prices/price-tag.ts';
import { units } from '../../src/recognition/prices/units.ts';
import { builder } from '../core/builder.ts';
import { Money } from '../core/money.ts';
import { Analysis } from './analysis.ts';
import { Box, BoxUnit, boxIn } from './box.ts';
import { Detection } from './detection.ts';
import { loadResult } from './results.ts';

const descriptions: Record<(typeof units)[number], string> = {
  KILOGRAM: 'Kilograms.',
  GRAM: 'Grams.',
  LITRE: 'Litres.',
  MILLILITRE: 'Millilitres.',
  POUND: 'Pounds (lb).',
  OUNCE: 'Ounces.',
  FLUID_OUNCE: 'Fluid ounces.',
  METRE: 'Metres.',
  PIECE: 'Pieces, sheets, washes and the like.',
};

const MeasureUnit = builder.enumType('MeasureUnit', {
  description: 'What a unit price counts. More values may be added.',
  values: Object.fromEntries(units.map((unit) => [unit, { description: descriptions[unit] }])),
});

const UnitPrice = builder.objectRef<UnitPriceRow>('UnitPrice').implement({
  description: 'The price of a measure of a product, for example of 100 g.',
  fields: (t) => ({
    price: t.field({ type: Money, description: 'What the measure costs.', resolve: ({ money }) => money }),
    quantity: t.exposeString('quantity', { description: 'How much of the unit, as a decimal number: 1, 100, 0.5.' }),
    unit: t.field({ type: MeasureUnit, description: 'The unit.', resolve: ({ unit }) => unit }),
  }),
});

const PriceTag = builder.objectRef<{ tag: PriceTagRow; result: AnalysisResultRow }>('PriceTag').implement({
  description: 'A price tag in an image.',
  fields: (t) => ({
    box: t.field({
      type: Box,
      description: 'The rectangle around the text of the tag, or around the whole tag if no price could be read.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ tag, result }, { unit }) => boxIn(unit, tag.box, result),
    }),
    price: t.field({
      type: Money,
      nullable: true,
      description:
        'The price. Of several prices on the tag, it is the one in the largest figures. Null if it could not be read.',
      resolve: ({ tag }) => tag.price,
    }),
    pieces: t.int({
      description: 'For how many pieces the price is: 2 where the tag says "2 for 5.00", else 1.',
      resolve: ({ tag }) => tag.pieces,
    }),
    unitPrice: t.field({
      type: UnitPrice,
      nullable: true,
      description: 'The price of a measure. Null if none could be read.',
      resolve: ({ tag }) => tag.unitPrice,
    }),
    name: t.string({
      nullable: true,
      description: 'The words on the tag, from top to bottom, at most 200 characters. Null if there are none.',
      resolve: ({ tag }) => tag.name,
    }),
    barcode: t.string({
      nullable: true,
      description:
        'The product number on the tag, with 14 digits and a valid check digit: from the code on it if codes were read (readCodes), else from printed digits. Null if there is none.',
      resolve: ({ tag }) => tag.gtin,
    }),
    detections: t.field({
      type: [Detection],
      description:
        'The products above the tag: those that stand on the shelf and are nearer to it than to any other tag, and those stacked on them.',
      complexity: { field: 1, multiplier: 3 },
      resolve: ({ tag, result }) =>
        tag.detections.map((index) => ({ detection: result.detections[index]!, index, correctionId: null, result })),
    }),
  }),
});

builder.objectField(Analysis, 'priceTags', (t) =>
  t.field({
    type: [PriceTag],
    nullable: true,
    description:
      'The price tags in the image, from top to bottom; empty if there are none that can be read. They are found in the text of the image, so they are null wherever `texts` is.',
    complexity: { field: 1, multiplier: 10 },
    resolve: async (row, _args, context) => {
      const result = await loadResult(context, row);
      return result?.prices?.map((tag) => ({ tag, result })) ?? null;
    },
  }),
);
