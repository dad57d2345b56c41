import { z } from 'zod';

/** Text of a bounded length; null and absent are left to the caller. */
export function text(name: string, { min = 0, max }: { min?: number; max: number }) {
  return z
    .string()
    .refine((value) => value.length <= max, {
      error: ({ input }) => `${name} has ${String(input).length} characters; at most ${max} are taken.`,
    })
    .refine((value) => value.trim().length >= min, {
      error: `${name} is blank; expected at least ${min} character${min === 1 ? '' : 's'}.`,
    });
}

const maxMetadataKeys = 10;
const maxMetadataKeyLength = 100;
const maxMetadataValueLength = 500;

/** What a client may attach to an image: small enough to be kept beside the row and indexed. */
export const metadataRule = z.record(z.string(), z.unknown()).superRefine((metadata, context) => {
  const keys = Object.keys(metadata);
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  if (keys.length > maxMetadataKeys)
    complain(`metadata has ${keys.length} keys; at most ${maxMetadataKeys} are taken.`);
  for (const key of keys) {
    const value = metadata[key];
    if (key.length > maxMetadataKeyLength)
      complain(`A key of metadata has ${key.length} characters; at most ${maxMetadataKeyLength} are taken.`);
    if (typeof value === 'object' && value !== null)
      complain('The value is an object or a list; expected text, a number, true, false or null.', key);
    if (typeof value === 'string' && value.length > maxMetadataValueLength)
      complain(`The value has ${value.length} characters; at most ${maxMetadataValueLength} are taken.`, key);
  }
});

/** What every image may carry, wherever it is sent. */
export const imageFieldsRule = z.object({
  externalId: text('externalId', { max: 255 }).nullish(),
  placeId: text('placeId', { max: 255 }).nullish(),
  metadata: metadataRule.nullish(),
});
