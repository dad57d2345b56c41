import { z } from 'zod';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { numberFault } from '../validation/exact-numbers.ts';
import { text } from '../validation/rules.ts';

/** The descriptive fields of an item as a client sends them: absent leaves the value, null clears it. */
export interface ItemFields {
  name?: string | null;
  barcode?: string | null;
  customId?: string | null;
  brand?: string | null;
  size?: string | null;
  containerType?: string | null;
  flavour?: string | null;
  packagingSize?: string | null;
  /** Metres. */
  dimensions?: { height?: number | null; width?: number | null; depth?: number | null } | null;
  tags?: readonly string[] | null;
  customProps?: Record<string, unknown> | null;
  /** Words printed on the product; null: those that are read from its pictures. */
  words?: readonly string[] | null;
}

const maxTextLength = 255;
const maxTags = 50;
const maxTagLength = 100;
/** Words printed on a product that its owner may give: a front has a dozen. */
export const maxWords = 50;
export const maxWordLength = 50;
const maxCustomPropsBytes = 16_384;

const metres = (name: string) =>
  z.number().refine((value) => Number.isFinite(value) && value > 0 && value <= 100, {
    error: ({ input }) => `${name} is ${input}; expected a number of metres greater than 0 and at most 100.`,
  });

const optionalText = (name: string) => text(name, { max: maxTextLength }).nullish();

const rule = z.object({
  name: text('name', { min: 1, max: maxTextLength }).optional(),
  barcode: optionalText('barcode'),
  customId: optionalText('customId'),
  brand: optionalText('brand'),
  size: optionalText('size'),
  containerType: optionalText('containerType'),
  flavour: optionalText('flavour'),
  packagingSize: optionalText('packagingSize'),
  dimensions: z
    .object({
      height: metres('height').nullish(),
      width: metres('width').nullish(),
      depth: metres('depth').nullish(),
    })
    .nullish(),
  tags: z
    .array(text('A tag', { min: 1, max: maxTagLength }))
    .refine((tags) => tags.length <= maxTags, { error: `It has too many tags; expected at most ${maxTags}.` })
    .nullish(),
  customProps: z
    .record(z.string(), z.unknown())
    .refine((props) => Buffer.byteLength(JSON.stringify(props)) <= maxCustomPropsBytes, {
      error: `customProps is larger than ${maxCustomPropsBytes} bytes as JSON. Send less.`,
    })
    .refine((props) => numberFault(props) === null, { error: ({ input }) => numberFault(input) ?? '' })
    .nullish(),
  words: z
    .array(text('A word', { min: 1, max: maxWordLength }))
    .refine((words) => words.length <= maxWords, { error: `It has too many words; expected at most ${maxWords}.` })
    .nullish(),
});

/** The fields that violate a rule. A name of null does: a name cannot be cleared. */
export function checkItemFields(fields: ItemFields): ValidationIssue[] {
  if (fields.name === null) return [{ path: ['name'], message: 'name is null; an item must have a name.' }];
  return findIssues(rule, fields);
}

/** The columns that the fields set, without absent ones. */
export function itemColumns(fields: ItemFields) {
  const { dimensions, tags, words, customProps, customId, containerType, packagingSize, name, ...same } = fields;
  return defined({
    name: name ?? undefined,
    barcode: same.barcode,
    brand: same.brand,
    size: same.size,
    flavour: same.flavour,
    custom_id: customId,
    container_type: containerType,
    packaging_size: packagingSize,
    height: dimensions === null ? null : dimensions?.height,
    width: dimensions === null ? null : dimensions?.width,
    depth: dimensions === null ? null : dimensions?.depth,
    tags: tags === null ? [] : tags && [...new Set(tags)],
    words: words && [...new Set(words)],
    custom_props: customProps === undefined ? undefined : JSON.stringify(customProps ?? {}),
  });
}

function defined<T extends object>(columns: T): T {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as T;
}
