import type { BoxNumbers } from '../rounding.ts';
import type { Money } from './money.ts';
import type { Measure } from './units.ts';

/** A unit price: so much for a measure of the product. */
export interface UnitPrice extends Measure {
  money: Money;
}

/** A price tag in a picture, as results store it. */
export interface PriceTag {
  /** In pixels of the picture: around its text, or around the tag if no price on it could be read. */
  box: BoxNumbers;
  /** The price of the product; null: it could not be read. */
  price: Money | null;
  /** How many pieces the price is for; 1 in most. */
  pieces: number;
  unitPrice: UnitPrice | null;
  /** The words on it; null: none. */
  name: string | null;
  /** The product number on it, as a code or in digits, 14 digits; null: none. */
  gtin: string | null;
  /** Indexes of the detections that stand above it. */
  detections: number[];
}
