import type { StoredDetection } from '../analyses/result.ts';
import { encodeId } from '../ids.ts';
import { type CsvCell, csvCells, csvLine } from './csv.ts';
import type { ExportedAnalysis } from './export-pages.repository.ts';
import type { ExportPage, NamedItem } from './export-pages.ts';
import type { TextFile } from './text-file.ts';

type Columns<Source> = [name: string, value: (source: Source) => CsvCell][];

/** What the records of an analysis have in common, and begin with. */
const analysisColumns: Columns<ExportedAnalysis> = [
  ['analysis_id', ({ id }) => encodeId('analysis', id)],
  ['task_id', ({ taskId }) => encodeId('task', taskId)],
  ['task_name', ({ taskName }) => taskName],
  ['batch_id', ({ batchId }) => batchId && encodeId('batch', batchId)],
  ['image_id', ({ imageId }) => imageId && encodeId('image', imageId)],
  ['filename', ({ filename }) => filename],
  ['image_width', ({ width }) => width],
  ['image_height', ({ height }) => height],
  ['recorded_at', ({ recordedAt }) => recordedAt?.toISOString()],
  ['external_id', ({ externalId }) => externalId],
  ['place_id', ({ placeId }) => placeId],
  ['latitude', ({ latitude }) => latitude],
  ['longitude', ({ longitude }) => longitude],
  ['metadata', ({ metadata }) => JSON.stringify(metadata)],
  ['pipeline', ({ pipeline }) => pipeline],
  ['created_at', ({ createdAt }) => createdAt.toISOString()],
  ['finished_at', ({ finishedAt }) => finishedAt?.toISOString()],
];

interface Found {
  detection: StoredDetection;
  /** In the list of its analysis. */
  index: number;
  named: NamedItem | undefined;
}

const detectionColumns: Columns<Found> = [
  ['detection_index', ({ index }) => index],
  ['x', ({ detection }) => detection.box[0]],
  ['y', ({ detection }) => detection.box[1]],
  ['width', ({ detection }) => detection.box[2]],
  ['height', ({ detection }) => detection.box[3]],
  ['objectness', ({ detection }) => detection.objectness],
  ['confidence', ({ detection }) => detection.confidence],
  ['catalog_item_id', ({ named }) => named?.publicId],
  ['catalog_item_name', ({ named }) => named?.item?.name],
  ['catalog_item_custom_id', ({ named }) => named?.item?.customId],
  ['catalog_item_barcode', ({ named }) => named?.item?.barcode],
  ['matched_by', ({ detection }) => detection.matchedBy],
  ['label', ({ detection }) => detection.label],
];

const header = [...analysisColumns, ...detectionColumns].map(([name]) => name);

/** A header, then one record a detection. @returns how many detections */
export async function writeCsv(pages: AsyncIterable<ExportPage>, file: TextFile): Promise<number> {
  let rows = 0;
  await file.write(csvLine(header));
  for await (const { analyses, items } of pages) {
    const records = analyses.flatMap((analysis) => toRecords(analysis, items));
    await file.write(records.join(''));
    rows += records.length;
  }
  return rows;
}

function toRecords(analysis: ExportedAnalysis, items: ExportPage['items']): string[] {
  const { detections } = analysis;
  if (detections === null || detections.length === 0) return [];
  const common = csvCells(analysisColumns.map(([, value]) => value(analysis)));
  return detections.map((detection, index) => {
    const found = { detection, index, named: items.get(detection.itemId ?? '') };
    return `${common},${csvLine(detectionColumns.map(([, value]) => value(found)))}`;
  });
}
