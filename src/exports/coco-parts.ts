import { readSubmitted, type SubmittedColumn } from '../analyses/submitted-fields.ts';
import { encodeId } from '../ids.ts';
import {
  type CocoAnnotation,
  type CocoCategories,
  type CocoCategory,
  type CocoImage,
  cocoAnnotation,
  unknownCategory,
} from '../recognition/coco.ts';
import { plainDetectionFields, snakeCase } from '../recognition/detection.ts';
import type { ExportedAnalysis, ExportedItem } from './export-pages.repository.ts';
import { FileNames } from './file-names.ts';

/** What a COCO document tells of an analysis that SUCCEEDED, beside its detections. */
export type CocoSource = Pick<
  ExportedAnalysis,
  | 'id'
  | 'task_id'
  | 'image_id'
  | 'filename'
  | 'recorded_at'
  | 'width'
  | 'height'
  | 'detections'
  | 'labels'
  | 'accepted'
  | SubmittedColumn
>;

/** Counts what was written before, and remembers its file names. */
export interface CocoCount {
  images: number;
  annotations: number;
  names: FileNames;
}

export function startCount(): CocoCount {
  return { images: 0, annotations: 0, names: new FileNames() };
}

/** The image entry, and counts it. What COCO does not know is added under names that say what it is; tools pass over them. */
export function toImage(analysis: CocoSource, count: CocoCount): CocoImage & Record<string, unknown> {
  const { width, height, filename, image_id, recorded_at, labels, accepted } = analysis;
  count.images += 1;
  const id = count.images;
  // Tools want a name. Nothing but the analysis is known of a picture that was deleted.
  const publicId = image_id === null ? encodeId('analysis', analysis.id) : encodeId('image', image_id);
  return {
    id,
    width: width!,
    height: height!,
    file_name: count.names.take(filename, { otherwise: publicId, id }),
    ...(recorded_at && { date_captured: recorded_at }),
    analysis_id: encodeId('analysis', analysis.id),
    image_id: image_id && encodeId('image', image_id),
    task_id: encodeId('task', analysis.task_id),
    ...Object.fromEntries(Object.entries(readSubmitted(analysis)).map(([name, value]) => [snakeCase(name), value])),
    labels: labels ?? [],
    accepted,
  };
}

/** An annotation a detection of the image that was counted last, and counts them. */
export function toAnnotations(
  { id, detections }: Pick<CocoSource, 'id' | 'detections'>,
  count: CocoCount,
  categories: CocoCategories,
): (CocoAnnotation & Record<string, unknown>)[] {
  const analysisId = encodeId('analysis', id);
  return (detections ?? []).map((detection, index) => {
    count.annotations += 1;
    const ids = {
      id: count.annotations,
      image_id: count.images,
      category_id: categories.idOf(detection.itemId),
    };
    return {
      ...cocoAnnotation(detection, ids),
      ...Object.fromEntries(plainFields.map((name) => [snakeCase(name), detection[name]])),
      detection_id: `${analysisId}-${index}`,
    };
  });
}

/** The confidence is the score. */
const plainFields = plainDetectionFields.filter((name) => name !== 'confidence');

/** The category of an item; undefined when nothing is known of it any more. */
export function toCategory(
  itemId: string,
  id: number,
  item: ExportedItem | undefined,
): CocoCategory & Record<string, unknown> {
  const catalog_item_id = encodeId('catalogItem', itemId);
  return {
    id,
    // Two items may have one name; they stay two categories, told apart by catalog_item_id.
    name: item?.name ?? catalog_item_id,
    supercategory: unknownCategory.supercategory,
    catalog_item_id,
    custom_id: item?.customId ?? null,
    barcode: item?.barcode ?? null,
  };
}
