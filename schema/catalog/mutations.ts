import { z } from 'zod';
import { type ArchiveOutcome, archiveCatalogItems } from '../../src/catalog/archive-items.ts';
import { createCatalogItem } from '../../src/catalog/create-item.ts';
import { updateCatalogItem } from '../../src/catalog/update-item.ts';
import { ConflictError, MediaError, NotFoundError, QuotaExceededError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { ImageSourceInput, toImageSource } from '../images/image-source.ts';
import { CatalogItem } from './catalog-item.ts';

const maxArchived = 500;

const DimensionsInput = builder.inputType('DimensionsInput', {
  description: 'Of the product, in metres: more than 0, at most 100.',
  fields: (t) => ({
    height: t.float({ description: 'Metres.' }),
    width: t.float({ description: 'Metres.' }),
    depth: t.float({ description: 'Metres.' }),
  }),
});

const textHelp = 'At most 255 characters.';

const CreateCatalogItemInput = builder.inputType('CreateCatalogItemInput', {
  description: 'A product to look for.',
  fields: (t) => ({
    thumbnail: t.field({
      type: ImageSourceInput,
      required: true,
      description: 'The picture that it is recognised by: the product alone, upright, filling the picture.',
    }),
    referenceImages: t.field({ type: [ImageSourceInput], description: 'More views of it, at most 50.' }),
    name: t.string({ required: true, description: '1 to 255 characters.' }),
    barcode: t.string({ description: textHelp }),
    customId: t.string({ description: `The client's own id for it. ${textHelp} Taken: ConflictError.` }),
    brand: t.string({ description: textHelp }),
    size: t.string({ description: `As printed. ${textHelp}` }),
    containerType: t.string({ description: textHelp }),
    flavour: t.string({ description: textHelp }),
    packagingSize: t.string({ description: textHelp }),
    dimensions: t.field({ type: DimensionsInput, description: 'Metres.' }),
    tags: t.stringList({ description: 'At most 50, each of 1 to 100 characters.' }),
    customProps: t.field({ type: 'JSONObject', description: 'Anything else, at most 16 KB of JSON.' }),
  }),
});

const UpdateCatalogItemInput = builder.inputType('UpdateCatalogItemInput', {
  description: 'What changes of an item: what is left out stays, what is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of the item.' }),
    thumbnail: t.field({ type: ImageSourceInput, description: 'In place of the one it has; cannot be cleared.' }),
    addReferenceImages: t.field({ type: [ImageSourceInput], description: 'More views of it; at most 50 in all.' }),
    removeReferenceImages: t.idList({ description: 'Ids of its reference images.' }),
    name: t.string({ description: '1 to 255 characters; cannot be cleared.' }),
    barcode: t.string({ description: textHelp }),
    customId: t.string({ description: `${textHelp} Taken: ConflictError.` }),
    brand: t.string({ description: textHelp }),
    size: t.string({ description: textHelp }),
    containerType: t.string({ description: textHelp }),
    flavour: t.string({ description: textHelp }),
    packagingSize: t.string({ description: textHelp }),
    dimensions: t.field({ type: DimensionsInput, description: 'Metres; one that is left out stays.' }),
    tags: t.stringList({ description: 'In place of those it has.' }),
    customProps: t.field({ type: 'JSONObject', description: 'In place of those it has.' }),
  }),
});

const CreateCatalogItemResult = resultUnion('CreateCatalogItemResult', {
  description: 'The item, or why it was not made.',
  success: CatalogItem,
  errors: [ValidationError, MediaError, ConflictError, QuotaExceededError],
});

builder.mutationField('createCatalogItem', (t) =>
  t.field({
    type: CreateCatalogItemResult,
    description: 'Makes an item; it is INDEXING until its pictures are embedded, then ACTIVE or FAILED.',
    args: { input: t.arg({ type: CreateCatalogItemInput, required: true, description: 'The item.' }) },
    resolve: (_root, { input }, context) =>
      createCatalogItem(context.app, organizationOf(context), {
        ...input,
        thumbnail: toImageSource(input.thumbnail),
        referenceImages: input.referenceImages?.map(toImageSource),
      }),
  }),
);

const UpdateCatalogItemResult = resultUnion('UpdateCatalogItemResult', {
  description: 'The item after the change, or why it was not changed.',
  success: CatalogItem,
  errors: [ValidationError, MediaError, ConflictError, NotFoundError, QuotaExceededError],
});

builder.mutationField('updateCatalogItem', (t) =>
  t.field({
    type: UpdateCatalogItemResult,
    description:
      'Changes an item. Other pictures make it INDEXING again; it is not looked for until that is done. Of an ARCHIVED item only the thumbnail can be replaced, and reference images removed.',
    args: { input: t.arg({ type: UpdateCatalogItemInput, required: true, description: 'What changes.' }) },
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
  description: 'The item; ConflictError: it was archived already.',
  success: CatalogItem,
  errors: [NotFoundError, ConflictError],
});

const CatalogItemsPayload = builder.objectRef<{ results: ArchiveOutcome[] }>('CatalogItemsPayload').implement({
  description: 'What became of each item.',
  fields: (t) => ({
    results: t.field({
      type: [CatalogItemResult],
      description: 'In the order of the ids.',
      resolve: ({ results }) => results,
    }),
  }),
});

builder.mutationField('archiveCatalogItems', (t) =>
  t.field({
    type: CatalogItemsPayload,
    description: 'Takes items out of recognition for good, each for itself; what they were found on stays.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `At most ${maxArchived}.`,
        validate: z.array(z.unknown()).max(maxArchived, `ids takes at most ${maxArchived}. Send them in parts.`),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await archiveCatalogItems(context.app, organizationOf(context), givenIds('catalogItem', ids)),
    }),
  }),
);
