import type { Evaluation } from '../../../recognition/evaluation/evaluate.ts';

/** Fewer say little about the next shelf: the boxes of one picture share its light, its angle and its products. */
export const enoughPictures = 10;

export function describeBasis({ pictures, trueBoxes }: Evaluation): string {
  const amount = `${count(pictures, 'picture')} with ${count(trueBoxes, 'product')}`;
  return pictures < enoughPictures
    ? `Measured on ${amount}. Fewer than ${enoughPictures} pictures say little about other shelves.`
    : `Measured on ${amount}.`;
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
