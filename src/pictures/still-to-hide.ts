import { type Blur, type BlurChoice, blurChoices } from '../recognition/objects/blur.ts';

/**
 * What is left to hide; null: nothing.
 * @param most what images with the same bytes ask for at most; null: no image has them
 * @param hidden what is unrecognisable in the bytes themselves; null: nobody
 */
export function stillToHide(most: BlurChoice | null, hidden: Blur | null): Blur | null {
  if (most === null || most === 'NONE') return null;
  return strength(most) > strength(hidden ?? 'NONE') ? most : null;
}

/** More hides more. */
function strength(choice: BlurChoice): number {
  return blurChoices.indexOf(choice);
}
