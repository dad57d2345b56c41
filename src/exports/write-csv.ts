import type { ResultBasis } from '../analyses/corrections/correction.ts';
import { submittedColumnNames } from '../analyses/submitted-fields.ts';
import { encodeId } from '../ids.ts';
import { type Detection, plainDetectionFields, snakeCase } from '../recognition/detection.ts';
import type { FoundLabel } from '../recognition/labels.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import { textOf } from '../recognition/text/text-line.ts';
import { byteOrderMark, type Columns, cellsOf, csvLine, toCell } from './csv.ts';
import type { AnalysisOnBasis, ExportPage } from './export-pages.ts';
import type { NamedItem } from './named-items.ts';
import type { TextFile } from './text-file.ts';

/** The columns that all records of an analysis have in common and that come first. */
const analysisColumns: Columns<AnalysisOnBasis> = [
  ['analysis_id', ({ id }) => encodeId('analysis', id)],
  ['task_id', ({ task_id }) => encodeId('task', task_id)],
  ['task_name', ({ task_name }) => task_name],
  ['batch_id', ({ batch_id }) => batch_id && encodeId('batch', batch_id)],
  ['image_id', ({ image_id }) => image_id && encodeId('image', image_id)],
  ['filename', ({ filename }) => filename],
  ['image_width', ({ width }) => width],
  ['image_height', ({ height }) => height],
  ['recorded_at', ({ recorded_at }) => recorded_at?.toISOString()],
  ...submittedColumnNames.map((name): Columns<AnalysisOnBasis>[number] => [name, (analysis) => toCell(analysis[name])]),
  ['pipeline', ({ pipeline }) => pipeline],
  ['created_at', ({ created_at }) => created_at.toISOString()],
  ['finished_at', ({ finished_at }) => finished_at?.toISOString()],
];

/** The common columns that come last, so that programs which read columns by number still find the earlier ones. */
const outcomeColumns: Columns<AnalysisOnBasis> = [
  ['status', ({ status }) => status],
  ['failure_code', ({ failure_code }) => failure_code],
  ['failure_message', ({ failure_message }) => failure_message],
  ['accepted', ({ accepted }) => accepted],
];

/** What was added later comes last of all. */
const addedColumns: Columns<Found> = [
  ['text', ({ text }) => text],
  ['codes', ({ codes }) => codes],
  ['codes_elsewhere', ({ codesElsewhere }) => codesElsewhere],
  ['planogram_id', ({ compliance }) => compliance && encodeId('planogram', compliance.planogramId)],
  ['planogram_version', ({ compliance }) => compliance?.version],
  ['compliance_score', ({ compliance }) => compliance?.score],
  ['position_status', ({ positionStatus }) => positionStatus],
  ['basis', ({ basis }) => basis],
  ['correction_id', ({ correctionId }) => correctionId],
  ['price', ({ priceTag }) => priceTag?.price?.amount],
  ['price_currency', ({ priceTag }) => priceTag?.price?.currency],
  ['price_pieces', ({ priceTag }) => priceTag?.pieces],
  ['label_confidence', ({ detection, label }) => (label ? label.confidence : detection?.labelConfidence)],
];

/** One record of an analysis: a detection, a label of the whole picture, or neither. */
interface Found {
  basis: ResultBasis;
  detection?: Detection;
  /** Position in the list of its analysis; null: a correction added it. */
  index?: number | null;
  /** As clients know it. */
  correctionId?: string | null;
  named?: NamedItem | undefined;
  label?: FoundLabel;
  /** On the detection; null: none was read. */
  text?: string | null;
  /** On the detection. */
  codes?: string | null;
  /** The tag below it. */
  priceTag?: PriceTag | undefined;
  /** In the picture, but on no detection. */
  codesElsewhere?: string | null;
  /** Of its analysis. */
  compliance?: AnalysisOnBasis['compliance'];
  /** Of the planned position that it has to do with, or UNPLANNED. */
  positionStatus?: string | undefined;
}

const foundColumns: Columns<Found> = [
  ['detection_index', ({ index }) => index],
  ['x', ({ detection }) => detection?.box[0]],
  ['y', ({ detection }) => detection?.box[1]],
  ['width', ({ detection }) => detection?.box[2]],
  ['height', ({ detection }) => detection?.box[3]],
  ['objectness', ({ detection }) => detection?.objectness],
  ['confidence', ({ detection, label }) => (detection ?? label)?.confidence],
  ['catalog_item_id', ({ named }) => named?.publicId],
  ['catalog_item_name', ({ named }) => named?.item?.name],
  ['catalog_item_custom_id', ({ named }) => named?.item?.customId],
  ['catalog_item_barcode', ({ named }) => named?.item?.barcode],
  ...plainDetectionFields
    .filter((name) => name !== 'objectness' && name !== 'confidence' && name !== 'label')
    .map((name): Columns<Found>[number] => [snakeCase(name), ({ detection }) => detection?.[name]]),
  ['label', ({ detection, label }) => (label ? label.name : detection?.label)],
  ['label_group', ({ detection, label }) => (label ? label.group : detection?.group)],
];

const header = [...analysisColumns, ...foundColumns, ...outcomeColumns, ...addedColumns].map(([name]) => name);

/**
 * A header, then one record per detection, one per label of the whole picture, and one per analysis
 * that has neither: it FAILED, has not ended, or found nothing.
 * @returns how many records
 */
export async function writeCsv(
  pages: AsyncIterable<ExportPage>,
  file: TextFile,
  options: { byteOrderMark: boolean },
): Promise<number> {
  let rows = 0;
  await file.write(`${options.byteOrderMark ? byteOrderMark : ''}${csvLine(header)}`);
  for await (const page of pages) {
    const records = page.analyses.flatMap((analysis) => toRecords(analysis, page));
    await file.write(records.join(''));
    rows += records.length;
  }
  return rows;
}

function toRecords(analysis: AnalysisOnBasis, page: ExportPage): string[] {
  const begin = cellsOf(analysisColumns, analysis);
  const end = cellsOf(outcomeColumns, analysis);
  const { compliance } = analysis;
  const codesElsewhere = listCodes(analysis, null);
  return listFound(analysis, page).map((found) => {
    const added = cellsOf(addedColumns, { ...found, codesElsewhere, compliance });
    return `${begin},${cellsOf(foundColumns, found)},${end},${added}\r\n`;
  });
}

function listFound(analysis: AnalysisOnBasis, { items, basis }: ExportPage): Found[] {
  const { detections, labels, texts, compliance } = analysis;
  const statuses = statusesOf(compliance);
  const found = [
    ...(detections ?? []).map(({ detection, index, publicCorrectionId }, at) => ({
      basis,
      detection,
      index,
      correctionId: publicCorrectionId,
      named: items.get(detection.itemId ?? ''),
      text: textOf(texts, index),
      codes: index === null ? null : listCodes(analysis, index),
      positionStatus: statuses.get(at),
      priceTag: index === null ? undefined : analysis.prices?.find((tag) => tag.detections.includes(index)),
    })),
    ...(labels ?? []).map((label) => ({ basis, label })),
  ];
  return found.length === 0 ? [{ basis }] : found;
}

/** As JSON: a spreadsheet would round the long numbers, and QR codes contain any text. */
function listCodes({ codes }: AnalysisOnBasis, detection: number | null): string | null {
  const values = (codes ?? []).filter((code) => code.detection === detection).map(({ value }) => value);
  return values.length === 0 ? null : JSON.stringify(values);
}

/** By place of the detection in the list. */
function statusesOf(compliance: AnalysisOnBasis['compliance']): Map<number, string> {
  return new Map([
    ...(compliance?.positions ?? []).flatMap(({ detections, status }) =>
      detections.map((detection) => [detection, status] as const),
    ),
    ...(compliance?.unplanned ?? []).map((detection) => [detection, 'UNPLANNED'] as const),
  ]);
}
