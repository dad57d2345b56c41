import type { AnalysisRow } from '../../src/analyses/columns.ts';
import type { CatalogItemRow } from '../../src/catalog/catalog.repository.ts';
import type { Context } from '../../src/context.ts';
import { encodeId } from '../../src/ids.ts';
import type { ImageRow } from '../../src/images/images.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { callerOf } from '../core/caller.ts';
import { linkTo, sizeFor, widthDescription } from '../core/links.ts';
import { Image } from '../images/image.ts';
import { Analysis } from './analysis.ts';
import { Box, BoxUnit, boxIn } from './box.ts';
import type { DetectionShape } from './detection.ts';
import { loadDetections, loadResult } from './results.ts';

/*
 * What a link to one analysis shows, as types of their own: a field that is added to Analysis, CatalogItem or Image is not shown by
 * links, and nothing leads from here to the rest of the organisation.
 */

const SharedCatalogItem = builder.objectRef<CatalogItemRow>('SharedCatalogItem').implement({
  description: 'A catalogue item that was found in a shared analysis.',
  fields: (t) => ({
    id: t.id({ description: 'Id of the catalogue item.', resolve: ({ id }) => encodeId('catalogItem', id) }),
    name: t.exposeString('name', { description: 'The name.' }),
    brand: t.exposeString('brand', { nullable: true, description: 'The brand. Null if unknown.' }),
  }),
});

const SharedDetection = builder.objectRef<DetectionShape>('SharedDetection').implement({
  description: 'One product found in the image of a shared analysis.',
  fields: (t) => ({
    id: t.id({
      description: 'The same id as that of the Detection.',
      resolve: ({ result, index }) => `${encodeId('analysis', result.analysis_id)}-${index}`,
    }),
    box: t.field({
      type: Box,
      description: 'Where the product is in the image.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ detection, result }, { unit }) => boxIn(unit, detection.box, result),
    }),
    confidence: t.float({
      description: 'Probability that catalogItem is correct, 0 to 1. Without catalogItem: that a product is there.',
      resolve: ({ detection }) => detection.confidence,
    }),
    catalogItem: t.field({
      type: SharedCatalogItem,
      nullable: true,
      description:
        'The catalogue item. Null if the product is not one of the catalogue, or if the match is too uncertain.',
      resolve: ({ detection: { itemId } }, _args, context) =>
        itemId === null ? null : CatalogItem.getDataloader(context).load(itemId),
    }),
  }),
});

const loadImage = (context: Context, { image_id }: AnalysisRow): Promise<ImageRow> | null =>
  image_id === null ? null : Image.getDataloader(context).load(image_id);

const SharedAnalysis = builder.objectRef<AnalysisRow>('SharedAnalysis').implement({
  description: 'What the link to one analysis shows.',
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'The externalId of the analysis, or the file name of its image. Null if there is neither.',
      resolve: async (row, _args, context) => row.external_id ?? (await loadImage(context, row))?.filename ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the image was submitted.',
      resolve: (row) => row.created_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the link expires.',
      resolve: (_row, _args, context) => callerOf(context).expiresAt,
    }),
    imageUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the image, which expires within two hours: an upright JPEG or WebP without metadata, never the original. Null if the image has been deleted.',
      args: { width: t.arg.int({ description: widthDescription('image') }) },
      resolve: async (row, { width }, context) => {
        const size = sizeFor(width);
        const image = await loadImage(context, row);
        if (image === null) return null;
        return linkTo(context.app, 'image', image.id, { width: size });
      },
    }),
    width: t.int({
      description: 'Width of the image in pixels, after EXIF orientation is applied.',
      resolve: async (row, _args, context) => (await loadResult(context, row))!.width,
    }),
    height: t.int({
      description: 'Height of the image in pixels, after EXIF orientation is applied.',
      resolve: async (row, _args, context) => (await loadResult(context, row))!.height,
    }),
    detections: t.field({
      type: [SharedDetection],
      description: 'The products in the image, with corrections.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (row, _args, context) => loadDetections(context, row, 'CORRECTED'),
    }),
  }),
});

builder.queryField('sharedAnalysis', (t) =>
  t.field({
    type: SharedAnalysis,
    nullable: true,
    permits: ['ANALYSIS_LINK'],
    description:
      'The analysis that a link leads to, for requests with the secret of the link (createAnalysisLink). Null with any other secret, and a moment after the analysis was deleted.',
    resolve: async (_root, _args, context) => {
      const id = callerOf(context).session?.analysisId;
      return id == null ? null : ((await Analysis.getDataloader(context).load(id)) ?? null);
    },
  }),
);
