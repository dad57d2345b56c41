import type { TrueFacing } from './truth.ts';

/** What part of one picture's shelves a product takes, 0..1 of everything on them; null: all that the catalogue lacks. */
export interface TrueShare {
  product: string | null;
  facings: number;
  facingShare: number;
  /** By area of the boxes. */
  areaShare: number;
  /** By width of the boxes that stand on the board: what is stacked on them takes no more of its length. */
  linearShare: number;
}

/** Most facings first, equal ones by slug, products of no catalogue last. */
export function findShares(facings: readonly TrueFacing[]): TrueShare[] {
  const standing = facings.filter(({ level }) => level === 0);
  const products = [...new Set(facings.map(({ product }) => product))];
  const rows = products.map((product) => {
    const isIt = (facing: TrueFacing) => facing.product === product;
    return {
      product,
      facings: facings.filter(isIt).length,
      facingShare: ratio(facings, isIt, () => 1),
      areaShare: ratio(facings, isIt, ({ box }) => box.width * box.height),
      linearShare: ratio(standing, isIt, ({ box }) => box.width),
    };
  });
  return rows.sort(
    (a, b) =>
      Number(a.product === null) - Number(b.product === null) ||
      b.facings - a.facings ||
      (a.product ?? '').localeCompare(b.product ?? '', 'en'),
  );
}

/** To six digits, so that the file does not hold rounding errors of sums. */
function ratio(
  facings: readonly TrueFacing[],
  isIt: (facing: TrueFacing) => boolean,
  measure: (facing: TrueFacing) => number,
): number {
  const sum = (list: readonly TrueFacing[]) => list.reduce((total, facing) => total + measure(facing), 0);
  const whole = sum(facings);
  return whole === 0 ? 0 : Math.round((sum(facings.filter(isIt)) / whole) * 1e6) / 1e6;
}
