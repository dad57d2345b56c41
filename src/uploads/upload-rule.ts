import { z } from 'zod';
import { text } from '../validation/rules.ts';

const byteSize = (error?: string) =>
  z.number(error).refine((value) => Number.isInteger(value) && value >= 1, {
    error: ({ input }) => `byteSize is ${input}; expected a whole number of bytes, at least 1.`,
  });
const sha256 = (error?: string) => z.string(error).regex(/^[0-9a-fA-F]{64}$/, 'sha256 must be 64 hexadecimal digits.');

/** Rules for what a client states about a file that it is going to send. */
export const uploadFieldsRule = z.object({
  filename: text('filename', { min: 1, max: 255 }),
  mimeType: text('mimeType', { min: 1, max: 255 }),
  byteSize: byteSize().nullish(),
  sha256: sha256().nullish(),
});

/** Additional rules for a file that is sent directly to the store, whose link is signed for these bytes only. */
export const directUploadRule = uploadFieldsRule.extend({
  byteSize: byteSize(missing('byteSize')),
  sha256: sha256(missing('sha256')),
});

function missing(field: string): string {
  return `${field} is missing. This server requires byteSize and sha256, because its links are signed for them.`;
}
