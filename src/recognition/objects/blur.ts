/** What of people is made unrecognisable, the least first. */
export const blurs = ['HEADS', 'BODIES'] as const;

export type Blur = (typeof blurs)[number];

/** As tasks and images have it. SQL takes the first one by the alphabet as the one that hides most. */
export const blurChoices = ['NONE', ...blurs] as const;

export type BlurChoice = (typeof blurChoices)[number];

/** null: nothing is. */
export function toBlur(choice: BlurChoice): Blur | null {
  return choice === 'NONE' ? null : choice;
}
