import { encodeId } from '../ids.ts';
import {
  type CocoAnnotation,
  type CocoCategories,
  type CocoCategory,
  type CocoImage,
  cocoAnnotation,
  unknownCategory,
} from '../recognition/coco.ts';
import type { ExportedAnalysis, ExportedItem } from './export-pages.repository.ts';

/** What a COCO document tells of an analysis that SUCCEEDED, beside its detections. */
export type CocoSource = Pick<
  ExportedAnalysis,
  | 'id'
  | 'taskId'
  | 'imageId'
  | 'filename'
  | 'recordedAt'
  | 'externalId'
  | 'placeId'
  | 'latitude'
  | 'longitude'
  | 'metadata'
  | 'width'
  | 'height'
  | 'detections'
>;

/** The image entry. What COCO does not know is added under names that say what it is; tools pass over them. */
export function toImage(analysis: CocoSource, id: number): CocoImage & Record<string, unknown> {
  const { width, height, filename, imageId, latitude, longitude } = analysis;
  return {
    id,
    width: width!,
    height: height!,
    // Tools want one. Nothing but the analysis is known of a picture that was deleted.
    file_name: filename ?? (imageId === null ? encodeId('analysis', analysis.id) : encodeId('image', imageId)),
    ...(analysis.recordedAt && { date_captured: analysis.recordedAt }),
    analysis_id: encodeId('analysis', analysis.id),
    image_id: imageId && encodeId('image', imageId),
    task_id: encodeId('task', analysis.taskId),
    external_id: analysis.externalId,
    place_id: analysis.placeId,
    location: latitude === null ? null : { latitude, longitude },
    metadata: analysis.metadata,
  };
}

/** An annotation a detection, and counts them. @param count what was written before, with this image. */
export function toAnnotations(
  { id, detections }: Pick<CocoSource, 'id' | 'detections'>,
  count: { images: number; annotations: number },
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
      objectness: detection.objectness,
      matched_by: detection.matchedBy,
      detection_id: `${analysisId}-${index}`,
    };
  });
}

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
