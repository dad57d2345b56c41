/** What a unit price is for: so much of a unit, for example 100 g. */
export interface Measure {
  /** Decimal number as text. */
  quantity: string;
  unit: Unit;
}

export const units = [
  'KILOGRAM',
  'GRAM',
  'LITRE',
  'MILLILITRE',
  'POUND',
  'OUNCE',
  'FLUID_OUNCE',
  'METRE',
  'PIECE',
] as const;
export type Unit = (typeof units)[number];

/** As tags print them, in lower case. */
const names: Record<Unit, readonly string[]> = {
  KILOGRAM: ['kg', 'kgs', 'kilo', 'kilogram', 'кг', 'كجم', '公斤'],
  GRAM: ['g', 'gr', 'gram', 'г', 'гр'],
  LITRE: ['l', 'lt', 'ltr', 'liter', 'litre', 'litro', 'litr', 'л'],
  MILLILITRE: ['ml', 'мл'],
  POUND: ['lb', 'lbs', 'pound'],
  OUNCE: ['oz', 'ounce'],
  FLUID_OUNCE: ['fl oz', 'fl. oz', 'floz', 'fl.oz'],
  METRE: ['m', 'mtr', 'meter', 'metre'],
  PIECE: [
    ...[
      'st',
      'st.',
      'stk',
      'stk.',
      'stück',
      'styck',
      'pc',
      'pcs',
      'piece',
      'pièce',
      'pieza',
      'pz',
      'pz.',
      'each',
      'ea',
    ],
    ...['szt', 'szt.', 'ks', 'kpl', 'db', 'ud', 'un', 'шт', 'шт.', 'ct', 'count', 'sheet', 'wash', 'tab'],
  ],
};

const unitsByName = new Map(
  Object.entries(names).flatMap(([unit, texts]) => texts.map((text) => [text, unit as Unit] as const)),
);

/** Every name, the longest first, for a pattern. */
export const unitTexts = [...unitsByName.keys()].sort((a, b) => b.length - a.length);

/** Of 10 ml, 1 cl; such units are told in those of the list. */
const scaled: Record<string, { factor: number; unit: Unit }> = {
  cl: { factor: 10, unit: 'MILLILITRE' },
  dl: { factor: 100, unit: 'MILLILITRE' },
};
export const scaledTexts = Object.keys(scaled);

/** @param quantity absent: one of it. Decimals with a comma or a point. */
export function toMeasure(quantity: string | undefined, name: string): Measure | null {
  const text = name.toLowerCase();
  const amount = (quantity ?? '1').replace(',', '.');
  const larger = scaled[text];
  if (larger) return { quantity: String(Number(amount) * larger.factor), unit: larger.unit };
  const unit = unitsByName.get(text);
  return unit ? { quantity: String(Number(amount)), unit } : null;
}
