import type { ResultBasis } from '../analyses/corrections/correction.ts';
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
import type { Code } from '../recognition/codes/code.ts';
import { plainDetectionFields, snakeCase } from '../recognition/detection.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import { type TextLine, textOf } from '../recognition/text/text-line.ts';
import type { ExportedAnalysis, ExportedItem } from './export-pages.repository.ts';
import type { ExportedDetection } from './exported-detections.ts';
import { FileNames } from './file-names.ts';

/** The data of an analysis that SUCCEEDED that a COCO document contains, besides its detections. */
export type CocoSource = Pick<
  ExportedAnalysis,
  | 'id'
  | 'task_id'
  | 'image_id'
  | 'filename'
  | 'recorded_at'
  | 'width'
  | 'height'
  | 'labels'
  | 'accepted'
  | 'texts'
  | 'codes'
  | 'prices'
  | SubmittedColumn
> & { detections: readonly ExportedDetection[] | null; basis: ResultBasis };

/** Counts what was written so far, and remembers the file names. */
export interface CocoCount {
  images: number;
  annotations: number;
  names: FileNames;
}

export function startCount(): CocoCount {
  return { images: 0, annotations: 0, names: new FileNames() };
}

/** Returns the image entry, and counts it. Fields that COCO does not define are added under descriptive names, which tools ignore. */
export function toImage(analysis: CocoSource, count: CocoCount): CocoImage & Record<string, unknown> {
  const { width, height, filename, image_id, recorded_at, labels, accepted, texts, codes, prices, basis } = analysis;
  count.images += 1;
  const id = count.images;
  // Tools need a name. For a deleted picture, only the analysis is known.
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
    ...(texts && { texts: texts.map(toTextLine) }),
    ...(codes && { codes: codes.map(toCode) }),
    ...(prices && { price_tags: prices.map(toPriceTag) }),
    basis,
  };
}

function toTextLine({ text, confidence, corners, detection }: TextLine) {
  return { text, confidence, quadrilateral: corners, detection_index: detection };
}

function toPriceTag({ box, price, pieces, unitPrice, name, gtin, detections }: PriceTag) {
  return {
    bbox: box,
    price,
    pieces,
    unit_price: unitPrice,
    name,
    gtin,
    detection_indexes: detections,
  };
}

function toCode({ value, format, gtin, corners, detection }: Code) {
  return { value, format, gtin, quadrilateral: corners, detection_index: detection };
}

/** Returns one annotation per detection of the last image, and counts them. */
export function toAnnotations(
  { detections, texts }: Pick<CocoSource, 'detections' | 'texts'>,
  count: CocoCount,
  categories: CocoCategories,
): (CocoAnnotation & Record<string, unknown>)[] {
  return (detections ?? []).map(({ detection, index, publicId, publicCorrectionId }) => {
    count.annotations += 1;
    const ids = {
      id: count.annotations,
      image_id: count.images,
      category_id: categories.idOf(detection),
    };
    return {
      ...cocoAnnotation(detection, ids),
      ...Object.fromEntries(plainFields.map((name) => [snakeCase(name), detection[name]])),
      ...(detection.group && { label_group: detection.group, label_confidence: detection.labelConfidence }),
      ...(texts && { text: textOf(texts, index) }),
      detection_id: publicId,
      correction_id: publicCorrectionId,
    };
  });
}

/** The confidence is the score. */
const plainFields = plainDetectionFields.filter((name) => name !== 'confidence');

/** The category of an item; undefined if the item no longer exists. */
export function toCategory(
  itemId: string,
  id: number,
  item: ExportedItem | undefined,
): CocoCategory & Record<string, unknown> {
  const catalog_item_id = encodeId('catalogItem', itemId);
  return {
    id,
    // Two items may have the same name; they are two categories, distinguished by catalog_item_id.
    name: item?.name ?? catalog_item_id,
    supercategory: unknownCategory.supercategory,
    catalog_item_id,
    custom_id: item?.customId ?? null,
    barcode: item?.barcode ?? null,
  };
}
