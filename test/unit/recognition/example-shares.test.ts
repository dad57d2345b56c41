import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sumShelfUse, toShares } from '../../../src/recognition/shares.ts';

/** As examples/render/shares.ts wrote it: its sums share no code with those under test. */
interface TrueShelf {
  file: string;
  facings: { product: string | null; box: { width: number; height: number }; level: number }[];
  shares: { product: string | null; facings: number; facingShare: number; areaShare: number; linearShare: number }[];
}

const file = new URL('../../../examples/truth.json', import.meta.url);
const { shelves }: { shelves: TrueShelf[] } = JSON.parse(await readFile(file, 'utf8'));

/** The truth has one digit more. */
const rounded = (share: number) => expect.closeTo(share, 4.5);

test.each(shelves)('the shares of $file are those of its truth', ({ facings, shares }) => {
  const counted = facings.map(({ product, box, level }) => ({
    itemId: product,
    width: box.width,
    height: box.height,
    standsOnShelf: level === 0,
  }));
  expect(toShares(sumShelfUse(counted))).toEqual(
    shares.map(({ product, facings: count, facingShare, areaShare, linearShare }) => ({
      itemId: product,
      facings: count,
      facingShare: rounded(facingShare),
      areaShare: rounded(areaShare),
      linearShare: rounded(linearShare),
    })),
  );
});
