import { type CatalogItemRow, findCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { findItemPictures, type ItemPictureRow } from '../../src/catalog/pictures.repository.ts';
import { findReadWords } from '../../src/catalog/words.repository.ts';
import { wordsModel } from '../../src/catalog/words-model.ts';
import type { Context } from '../../src/context.ts';
import { findImages, type ImageRow } from '../../src/images/images.repository.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { mostTaught } from '../../src/teaching/limits.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { loaderBy, loaderOfMap, rowsById } from '../core/loaders.ts';
import { neighbor } from '../core/neighbors.ts';
import { registerNode } from '../core/node.ts';
import { Image } from '../images/image.ts';

export const CatalogItemStatus = builder.enumType('CatalogItemStatus', {
  description: 'Whether analyses look for a catalogue item.',
  values: {
    INDEXING: { description: 'Not yet: its images are being embedded.' },
    ACTIVE: { description: 'Analyses look for the item.' },
    FAILED: {
      description:
        'Analyses cannot look for the item: its thumbnail is unusable, or the server failed to process it; see failure. To retry, call updateCatalogItem with a thumbnail, which may be the current one.',
    },
    ARCHIVED: { description: 'Analyses no longer look for the item.' },
  } as const,
});

interface DimensionsShape {
  height: number | null;
  width: number | null;
  depth: number | null;
}

const Dimensions = builder.objectRef<DimensionsShape>('Dimensions').implement({
  description: 'The size of a product, in metres.',
  fields: (t) => ({
    height: t.exposeFloat('height', { nullable: true, description: 'Height in metres. Null if unknown.' }),
    width: t.exposeFloat('width', { nullable: true, description: 'Width in metres. Null if unknown.' }),
    depth: t.exposeFloat('depth', { nullable: true, description: 'Depth in metres. Null if unknown.' }),
  }),
});

/** An item: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const CatalogItem = builder.loadableNodeRef(
  'CatalogItem',
  rowsById((ids, context) => findCatalogItems(context.app.db, organizationOf(context), ids)),
);

/** A caller who sees an item sees its pictures, even if it is limited to tasks or places and does not see them as images. */
const pictureLoader = loaderBy(
  (image: ImageRow) => image.id,
  (ids, context) => findImages(context.app.db, organizationOf(context), ids),
);

/** An image that an item has as a picture cannot be deleted. */
async function loadPicture(context: Context, imageId: string): Promise<ImageRow> {
  return (await pictureLoader(context).load(imageId))!;
}

const CatalogPictureOrigin = builder.enumType('CatalogPictureOrigin', {
  description: 'Where a picture of a catalogue item comes from.',
  values: {
    CATALOG: { description: 'It is the thumbnail or a reference image.' },
    CORRECTION: {
      description: `A correction taught it: it is cut out of a picture of a task with \`learning\`. An item has at most ${mostTaught}; of more, those are kept that differ most.`,
    },
  } as const,
});

export const CatalogPicture = builder.objectRef<ItemPictureRow>('CatalogPicture').implement({
  description: 'A picture by which a catalogue item is recognised.',
  fields: (t) => ({
    image: t.field({
      type: Image,
      description:
        'The picture. updateCatalogItem removes it by its id (removeReferenceImages), unless it is the thumbnail.',
      resolve: ({ imageId }, _args, context) => loadPicture(context, imageId),
    }),
    origin: t.field({
      type: CatalogPictureOrigin,
      description: 'Where it comes from.',
      resolve: ({ taughtAt }) => (taughtAt === null ? 'CATALOG' : 'CORRECTION'),
    }),
    taughtAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a correction taught it. Null if none did.',
      resolve: ({ taughtAt }) => taughtAt,
    }),
  }),
});

const itemPicturesLoader = loaderOfMap(async (ids, context) => {
  const found = await findItemPictures(context.app.db, organizationOf(context), ids);
  return Map.groupBy(found, ({ itemId }) => itemId);
});

/** The words that were read on the pictures of items; null for those of which none was read. */
const readWordsLoader = loaderOfMap(async (ids, context) => {
  const model = wordsModel(context.app.pipelines)?.version;
  return model === undefined ? new Map() : findReadWords(context.app.db, organizationOf(context), ids, model);
});

CatalogItem.implement({
  description: 'A product that analyses look for.',
  fields: (t) => ({
    status: t.field({
      type: CatalogItemStatus,
      description: 'Whether analyses look for the item.',
      resolve: (row) => row.status,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the item is FAILED. Null in any other status.',
      resolve: (row) => readFailure(row),
    }),
    name: t.exposeString('name', { description: 'The name, 1 to 255 characters.' }),
    barcode: t.exposeString('barcode', {
      nullable: true,
      description: 'The barcode, for example a GTIN. Null if there is none. See also Task.readCodes.',
    }),
    customId: t.exposeString('custom_id', {
      nullable: true,
      description: 'Your own id for the item, unique among items that are not archived. Null if there is none.',
    }),
    brand: t.exposeString('brand', { nullable: true, description: 'The brand. Null if unknown.' }),
    size: t.exposeString('size', {
      nullable: true,
      description: 'The size as printed on the product, for example `330 ml`. Null if unknown.',
    }),
    containerType: t.exposeString('container_type', {
      nullable: true,
      description: 'The type of container, for example `can`. Null if unknown.',
    }),
    flavour: t.exposeString('flavour', { nullable: true, description: 'The flavour. Null if unknown.' }),
    packagingSize: t.exposeString('packaging_size', {
      nullable: true,
      description: 'The size of the package, for example `6-pack`. Null if unknown.',
    }),
    dimensions: t.field({
      type: Dimensions,
      nullable: true,
      description: 'The size of the product, in metres. Null if no dimension is known.',
      resolve: ({ height, width, depth }) =>
        height === null && width === null && depth === null ? null : { height, width, depth },
    }),
    tags: t.exposeStringList('tags', { description: 'Tags to filter by, for example countries.' }),
    words: t.field({
      type: ['String'],
      nullable: true,
      description:
        'The words printed on the product. An analysis that reads text does not name a product as an item that the words on it contradict. They are read from the thumbnail and the reference images while a task reads text (Task.readText), unless updateCatalogItem gave others. Empty if none could be read. Null while they have not been read.',
      resolve: (row, _args, context) => row.words ?? readWordsLoader(context).load(row.id),
    }),
    customProps: t.field({
      type: 'JSONObject',
      description: 'Your own data.',
      resolve: (row) => row.custom_props as Record<string, unknown>,
    }),
    thumbnail: t.field({
      type: Image,
      description: 'The image by which the item is recognised.',
      resolve: neighbor(
        'CatalogItem',
        'thumbnail',
        { getDataloader: pictureLoader },
        (row: CatalogItemRow) => row.thumbnail_id,
      ),
    }),
    referenceImages: t.field({
      type: [Image],
      description: 'Further views of the product, without those that corrections taught. Each improves recognition.',
      resolve: (row, _args, context) => row.reference_ids.map((id) => loadPicture(context, id)),
    }),
    pictures: t.field({
      type: [CatalogPicture],
      description:
        'Everything that it is recognised by: the thumbnail, the reference images, and the crops that corrections taught, the oldest first.',
      resolve: async (row, _args, context) => (await itemPicturesLoader(context).load(row.id)) ?? [],
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the item was created.',
      resolve: (row) => row.created_at,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the item or its status last changed.',
      resolve: (row) => row.updated_at,
    }),
  }),
});

/** By id, a limited caller sees only items that its tasks look for; elsewhere it sees the items of whatever it sees. */
registerNode(
  'CatalogItem',
  async (context, id) => {
    const narrowing = narrowingOf(context);
    if (narrowing === null) return CatalogItem.getDataloader(context).load(id);
    return (await findCatalogItems(context.app.db, organizationOf(context), [id], narrowing))[0];
  },
  { permits: ['NARROWED'] },
);

export const CatalogItemConnection = connectionType('CatalogItem', CatalogItem);
