import type { StoredDetection } from '../analyses/result.ts';
import { encodeId } from '../ids.ts';
import { type CsvCell, csvLine } from './csv.ts';
import type { ExportedAnalysis, ExportedItem } from './export-pages.repository.ts';
import type { ExportPage } from './export-pages.ts';
import type { TextFile } from './text-file.ts';

/** One detection with all that its row tells. */
interface Row {
  analysis: ExportedAnalysis;
  /** Id of the analysis as clients see it. */
  analysisId: string;
  detection: StoredDetection;
  index: number;
  item: ExportedItem | null;
}

/** In the order of the file; docs/clients.md lists them. A column is only ever added at the end. */
const columns: [name: string, value: (row: Row) => CsvCell][] = [
  ['analysis_id', ({ analysisId }) => analysisId],
  ['detection_id', ({ analysisId, index }) => `${analysisId}-${index}`],
  ['task_id', ({ analysis }) => encodeId('task', analysis.taskId)],
  ['task_name', ({ analysis }) => analysis.taskName],
  ['batch_id', ({ analysis }) => analysis.batchId && encodeId('batch', analysis.batchId)],
  ['image_id', ({ analysis }) => analysis.imageId && encodeId('image', analysis.imageId)],
  ['filename', ({ analysis }) => analysis.filename],
  ['image_width', ({ analysis }) => analysis.width],
  ['image_height', ({ analysis }) => analysis.height],
  ['recorded_at', ({ analysis }) => analysis.recordedAt?.toISOString()],
  ['external_id', ({ analysis }) => analysis.externalId],
  ['place_id', ({ analysis }) => analysis.placeId],
  ['latitude', ({ analysis }) => analysis.latitude],
  ['longitude', ({ analysis }) => analysis.longitude],
  ['metadata', ({ analysis }) => JSON.stringify(analysis.metadata)],
  ['pipeline', ({ analysis }) => analysis.pipeline],
  ['created_at', ({ analysis }) => analysis.createdAt.toISOString()],
  ['finished_at', ({ analysis }) => analysis.finishedAt?.toISOString()],
  ['x', ({ detection }) => detection.box[0]],
  ['y', ({ detection }) => detection.box[1]],
  ['width', ({ detection }) => detection.box[2]],
  ['height', ({ detection }) => detection.box[3]],
  ['objectness', ({ detection }) => detection.objectness],
  ['confidence', ({ detection }) => detection.confidence],
  ['catalog_item_id', ({ detection }) => detection.itemId && encodeId('catalogItem', detection.itemId)],
  ['catalog_item_name', ({ item }) => item?.name],
  ['catalog_item_custom_id', ({ item }) => item?.customId],
  ['catalog_item_barcode', ({ item }) => item?.barcode],
  ['matched_by', ({ detection }) => detection.matchedBy],
  ['label', ({ detection }) => detection.label],
];

/** A header, then one record a detection. @returns how many detections */
export async function writeCsv(pages: AsyncIterable<ExportPage>, file: TextFile): Promise<number> {
  let rows = 0;
  await file.write(csvLine(columns.map(([name]) => name)));
  for await (const page of pages) {
    const records = page.analyses.flatMap((analysis) => rowsOf(analysis, page.items));
    await file.write(records.map((row) => csvLine(columns.map(([, value]) => value(row)))).join(''));
    rows += records.length;
  }
  return rows;
}

function rowsOf(analysis: ExportedAnalysis, items: ExportPage['items']): Row[] {
  const analysisId = encodeId('analysis', analysis.id);
  return (analysis.detections ?? []).map((detection, index) => ({
    analysis,
    analysisId,
    detection,
    index,
    item: detection.itemId === null ? null : (items.get(detection.itemId) ?? null),
  }));
}
