import { z } from 'zod';

/** Text of limited length; null and absent are handled by the caller. */
export function text(name: string, { min = 0, max }: { min?: number; max: number }) {
  return z
    .string()
    .refine((value) => value.length <= max, {
      error: ({ input }) => `${name} has ${String(input).length} characters; expected at most ${max}.`,
    })
    .refine((value) => value.trim().length >= min, {
      error: `${name} is blank; expected at least ${min} character${min === 1 ? '' : 's'}.`,
    });
}

/** The fields that every image and video may have, however it is sent; metadata has its own rules (metadata.ts). */
export const mediaFieldsRule = z.object({
  externalId: text('externalId', { max: 255 }).nullish(),
  placeId: text('placeId', { max: 255 }).nullish(),
});
