import { z } from 'zod';
import { text } from '../validation/rules.ts';

/** What a client says of a file that it is going to send. */
export const uploadFieldsRule = z.object({
  filename: text('filename', { min: 1, max: 255 }),
  mimeType: text('mimeType', { min: 1, max: 255 }),
  byteSize: z
    .number()
    .refine((value) => Number.isInteger(value) && value >= 1, {
      error: ({ input }) => `byteSize is ${input}; expected a whole number of bytes, at least 1.`,
    })
    .nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'sha256 is not 64 hexadecimal digits.')
    .nullish(),
});
