import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { Image } from './image.ts';

builder.objectField(Image, 'sourceUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: 'Where the server fetched it from, or tries to; null when it was sent.',
    resolve: (image) => image.source_url,
  }),
);

builder.objectField(Analysis, 'sourceUrl', (t) =>
  t.field({
    type: 'URL',
    nullable: true,
    description: 'Where the server fetched its picture from; null when it was sent, or the image was deleted.',
    resolve: async (analysis, _args, context) => {
      if (analysis.image_id === null) return null;
      return (await Image.getDataloader(context).load(analysis.image_id))?.source_url ?? null;
    },
  }),
);
