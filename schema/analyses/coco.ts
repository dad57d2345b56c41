import { cocoDocument } from '../../src/exports/coco-document.ts';
import { toExported } from '../../src/exports/exported-detections.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { Image } from '../images/image.ts';
import { Analysis } from './analysis.ts';
import { basisArg } from './basis.ts';
import { loadDetections, loadResult } from './results.ts';

builder.objectField(Analysis, 'coco', (t) =>
  t.field({
    type: 'JSONObject',
    nullable: true,
    description:
      'The detections as a COCO object detection document. `images` has one entry. `annotations` have their bbox in pixels after EXIF orientation and the confidence as `score`. In `categories`, `unknown` has the id 1, and each catalogue item follows with its `catalog_item_id`. The ids are valid within this document only. Null unless the analysis SUCCEEDED.',
    args: { basis: basisArg(t.arg) },
    complexity: 20,
    resolve: async (row, { basis }, context) => {
      const result = await loadResult(context, row);
      if (!result) return null;
      const all = await loadDetections(context, row, basis);
      const itemIds = [...new Set(all.flatMap(({ detection: { itemId } }) => itemId ?? []))];
      const image = row.image_id === null ? null : await Image.getDataloader(context).load(row.image_id);
      const items = await Promise.all(itemIds.map((id) => CatalogItem.getDataloader(context).load(id)));
      return cocoDocument(
        {
          ...row,
          filename: image?.filename ?? null,
          recorded_at: image?.recorded_at ?? null,
          ...result,
          detections: toExported(row.id, all),
          basis,
        },
        new Map(items.flatMap((item) => (item ? [[item.id, { ...item, customId: item.custom_id }] as const] : []))),
      );
    },
  }),
);
