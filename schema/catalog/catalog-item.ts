import { type CatalogItemRow, findCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';
import { Image } from '../images/image.ts';

export const CatalogItemStatus = builder.enumType('CatalogItemStatus', {
  description: 'Whether analyses look for an item.',
  values: {
    INDEXING: { description: 'Not yet: the embedding of its pictures still runs.' },
    ACTIVE: { description: 'They do.' },
    FAILED: {
      description:
        'They cannot: the thumbnail is unusable, or the server failed at it; see failure. updateCatalogItem with a thumbnail, its own one too, tries again.',
    },
    ARCHIVED: { description: 'Not any more.' },
  } as const,
});

interface DimensionsShape {
  height: number | null;
  width: number | null;
  depth: number | null;
}

const Dimensions = builder.objectRef<DimensionsShape>('Dimensions').implement({
  description: 'Of the product, in metres.',
  fields: (t) => ({
    height: t.exposeFloat('height', { nullable: true, description: 'Metres; null: not known.' }),
    width: t.exposeFloat('width', { nullable: true, description: 'Metres; null: not known.' }),
    depth: t.exposeFloat('depth', { nullable: true, description: 'Metres; null: not known.' }),
  }),
});

/** An item by its row or its id (a UUID), which is loaded with others. */
export const CatalogItem = builder.loadableNodeRef('CatalogItem', {
  id: { resolve: (item: CatalogItemRow) => item.id },
  load: (ids: string[], context) => findCatalogItems(context.app.db, organizationOf(context), ids),
  toKey: (item) => item.id,
  sort: true,
});

CatalogItem.implement({
  description: 'A product that analyses look for.',
  fields: (t) => ({
    status: t.field({
      type: CatalogItemStatus,
      description: 'Whether analyses look for it.',
      resolve: (row) => row.status,
    }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why it is FAILED; else null.',
      resolve: (row) => readFailure(row),
    }),
    name: t.exposeString('name', { description: '1 to 255 characters.' }),
    barcode: t.exposeString('barcode', { nullable: true, description: 'GTIN or whatever is printed on it.' }),
    customId: t.exposeString('custom_id', {
      nullable: true,
      description: "The client's own id for it; no two items that are not archived have the same.",
    }),
    brand: t.exposeString('brand', { nullable: true, description: 'Brand.' }),
    size: t.exposeString('size', { nullable: true, description: 'As printed, for example `330 ml`.' }),
    containerType: t.exposeString('container_type', { nullable: true, description: 'For example `can`.' }),
    flavour: t.exposeString('flavour', { nullable: true, description: 'Flavour.' }),
    packagingSize: t.exposeString('packaging_size', { nullable: true, description: 'For example `6-pack`.' }),
    dimensions: t.field({
      type: Dimensions,
      nullable: true,
      description: 'Null when nothing of it is known.',
      resolve: ({ height, width, depth }) =>
        height === null && width === null && depth === null ? null : { height, width, depth },
    }),
    tags: t.exposeStringList('tags', { description: 'What filters it, for example countries.' }),
    customProps: t.field({
      type: 'JSONObject',
      description: 'What else the client attached.',
      resolve: (row) => row.custom_props as Record<string, unknown>,
    }),
    thumbnail: t.field({
      type: Image,
      description: 'The picture that it is recognised by.',
      resolve: (row) => row.thumbnail_id,
    }),
    referenceImages: t.field({
      type: [Image],
      description: 'More views of the product; each makes recognition better.',
      resolve: (row) => row.reference_ids,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (row) => row.created_at }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it, or its status, last changed.',
      resolve: (row) => row.updated_at,
    }),
  }),
});

registerNode('CatalogItem', (context, id) => CatalogItem.getDataloader(context).load(id));

export const CatalogItemConnection = connectionType('CatalogItem', CatalogItem);
