import type { InputFieldBuilder } from '@pothos/core';
import { type ArchiveOutcome, archiveCatalogItems } from '../../src/catalog/archive-items.ts';
import { createCatalogItem } from '../../src/catalog/create-item.ts';
import { maxWordLength, maxWords } from '../../src/catalog/item-fields.ts';
import { updateCatalogItem } from '../../src/catalog/update-item.ts';
import {
  ConflictError,
  IdempotencyConflictError,
  MediaError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { builder, type Types } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { ImageSourceInput, toImageSource } from '../images/image-source.ts';
import { CatalogItem } from './catalog-item.ts';

const maxArchived = 500;

const DimensionsInput = builder.inputType('DimensionsInput', {
  description: 'The size of a product in metres. Each value is greater than 0 and at most 100.',
  fields: (t) => ({
    height: t.float({ description: 'Height in metres.' }),
    width: t.float({ description: 'Width in metres.' }),
    depth: t.float({ description: 'Depth in metres.' }),
  }),
});

const textHelp = 'At most 255 characters.';

const wordsHelp = `The words printed on the product; see CatalogItem.words. At most ${maxWords} of 1 to ${maxWordLength} characters each.`;

/** Texts of an item, which both inputs take. */
function itemTexts(t: InputFieldBuilder<Types, 'InputObject'>) {
  return {
    barcode: t.string({ description: `The barcode, for example a GTIN. ${textHelp}` }),
    customId: t.string({
      description: `Your own id for the item, unique among items that are not archived. A value that is taken is answered with ConflictError. ${textHelp}`,
    }),
    brand: t.string({ description: `The brand. ${textHelp}` }),
    size: t.string({ description: `The size as printed on the product, for example \`330 ml\`. ${textHelp}` }),
    containerType: t.string({ description: `The type of container, for example \`can\`. ${textHelp}` }),
    flavour: t.string({ description: `The flavour. ${textHelp}` }),
    packagingSize: t.string({ description: `The size of the package, for example \`6-pack\`. ${textHelp}` }),
  };
}

/** What describes a new item, besides its pictures. */
export function itemFields(t: InputFieldBuilder<Types, 'InputObject'>) {
  return {
    name: t.string({ required: true, description: 'The name, 1 to 255 characters.' }),
    ...itemTexts(t),
    dimensions: t.field({ type: DimensionsInput, description: 'The size of the product, in metres.' }),
    tags: t.stringList({ description: 'Tags to filter by, at most 50 of 1 to 100 characters each.' }),
    customProps: t.field({ type: 'JSONObject', description: 'Your own data, at most 16 KB as JSON.' }),
    words: t.stringList({ description: `${wordsHelp} Null or omitted: those that are read from its images.` }),
  };
}

const CreateCatalogItemInput = builder.inputType('CreateCatalogItemInput', {
  description: 'A product to look for.',
  fields: (t) => ({
    thumbnail: t.field({
      type: ImageSourceInput,
      required: true,
      description: 'The image by which the item is recognised: the product alone, upright, filling the frame.',
    }),
    referenceImages: t.field({ type: [ImageSourceInput], description: 'Further views of the product, at most 50.' }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
    ...itemFields(t),
  }),
});

const UpdateCatalogItemInput = builder.inputType('UpdateCatalogItemInput', {
  description: 'Changes to a catalogue item. A field that is omitted stays unchanged; a field that is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The item to change.' }),
    thumbnail: t.field({ type: ImageSourceInput, description: 'Replaces the thumbnail. It cannot be cleared.' }),
    addReferenceImages: t.field({
      type: [ImageSourceInput],
      description: 'Reference images to add. An item has at most 50.',
    }),
    removeReferenceImages: t.idList({
      description: 'Ids of reference images to remove, also of those that corrections taught.',
    }),
    name: t.string({ description: 'The name, 1 to 255 characters. It cannot be cleared.' }),
    ...itemTexts(t),
    dimensions: t.field({
      type: DimensionsInput,
      description: 'The size of the product, in metres. A dimension that is omitted stays unchanged.',
    }),
    tags: t.stringList({ description: 'Replaces all tags. At most 50 of 1 to 100 characters each.' }),
    customProps: t.field({ type: 'JSONObject', description: 'Replaces all of your own data. At most 16 KB as JSON.' }),
    words: t.stringList({
      description: `Replaces all words. ${wordsHelp} Null: those that are read from its images, as before any were given.`,
    }),
  }),
});

const CreateCatalogItemResult = resultUnion('CreateCatalogItemResult', {
  description: 'The new item, or the reason why it was not created.',
  success: CatalogItem,
  errors: [ValidationError, MediaError, ConflictError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('createCatalogItem', (t) =>
  t.field({
    type: CreateCatalogItemResult,
    description: 'Creates a catalogue item. It is INDEXING until its images are embedded, then ACTIVE or FAILED.',
    args: { input: t.arg({ type: CreateCatalogItemInput, required: true, description: 'The item to create.' }) },
    resolve: (_root, { input: { idempotencyKey, ...input } }, context) =>
      createCatalogItem(
        context.app,
        organizationOf(context),
        {
          ...input,
          thumbnail: toImageSource(input.thumbnail),
          referenceImages: input.referenceImages?.map(toImageSource),
        },
        requestKey(context, 'createCatalogItem', idempotencyKey),
      ),
  }),
);

const UpdateCatalogItemResult = resultUnion('UpdateCatalogItemResult', {
  description: 'The changed item, or the reason why it was not changed.',
  success: CatalogItem,
  errors: [ValidationError, MediaError, ConflictError, NotFoundError, QuotaExceededError],
});

builder.mutationField('updateCatalogItem', (t) =>
  t.field({
    type: UpdateCatalogItemResult,
    description:
      'Changes a catalogue item. New images make it INDEXING again; analyses do not look for it until it is ACTIVE. An ARCHIVED item accepts two changes only: a new thumbnail, and the removal of reference images.',
    args: { input: t.arg({ type: UpdateCatalogItemInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input }, context) =>
      updateCatalogItem(context.app, organizationOf(context), {
        ...input,
        id: givenId('catalogItem', input.id),
        thumbnail: input.thumbnail && toImageSource(input.thumbnail),
        addReferenceImages: input.addReferenceImages?.map(toImageSource),
        removeReferenceImages: givenIds('image', input.removeReferenceImages),
      }),
  }),
);

const CatalogItemResult = resultUnion('CatalogItemResult', {
  description: 'The archived item. ConflictError: it was already archived.',
  success: CatalogItem,
  errors: [NotFoundError, ConflictError],
});

const CatalogItemsPayload = outcomesPayload<ArchiveOutcome>('CatalogItemsPayload', {
  each: 'item',
  type: CatalogItemResult,
});

builder.mutationField('archiveCatalogItems', (t) =>
  t.field({
    type: CatalogItemsPayload,
    description:
      'Archives catalogue items for good, each independently of the others. Analyses no longer look for them; existing results keep them.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The items to archive, at most ${maxArchived}.`,
        validate: atMost('ids', maxArchived),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await archiveCatalogItems(context.app, organizationOf(context), givenIds('catalogItem', ids)),
    }),
  }),
);
