import type { Money } from '../prices/money.ts';
import type { PriceTag } from '../prices/price-tag.ts';

/** What an item costs: according to a tag, or as it should. */
export interface ItemPrice {
  itemId: string;
  price: Money;
}

/**
 * The prices that tags say of items. Tags are left out that stand below facings of several items, since nothing says whose price it is,
 * and those that say what several pieces cost.
 * @param items of the detections that the tags refer to by index; null: not named
 */
export function pricesOf(tags: readonly PriceTag[], items: readonly (string | null | undefined)[]): ItemPrice[] {
  return tags.flatMap(({ price, pieces, detections }) => {
    const above = new Set(detections.flatMap((index) => items[index] ?? []));
    const [itemId] = above;
    return price !== null && pieces === 1 && above.size === 1 ? [{ itemId: itemId!, price }] : [];
  });
}

/** Compares amounts as numbers, so that 1.5 is 1.50, and currencies where both are known. */
export function isSamePrice(a: Money, b: Money): boolean {
  if (a.currency !== null && b.currency !== null && a.currency !== b.currency) return false;
  return canonical(a.amount) === canonical(b.amount);
}

/** As text, because a binary fraction cannot hold a cent. */
function canonical(amount: string): string {
  const [whole = '', decimals = ''] = amount.split('.');
  return `${whole.replace(/^0+(?=\d)/, '')}.${decimals.replace(/0+$/, '')}`;
}
