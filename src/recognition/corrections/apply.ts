import type { Detection } from '../detection.ts';
import { placeOnShelves } from '../realogram.ts';
import { matchCorrections } from './match.ts';
import { boxOf, type Statement } from './statement.ts';

/** A detection of a result, or a product that a correction added. */
export interface CorrectedDetection {
  detection: Detection;
  /** Index in the result; null: it was not found, and `correctionId` is set. */
  index: number | null;
  /** The correction that decided what it is; null: it is as it was found. */
  correctionId: string | null;
}

/** A result as it was found. */
export function asFound(detections: readonly Detection[]): CorrectedDetection[] {
  return detections.map((detection, index) => ({ detection, index, correctionId: null }));
}

/**
 * A result with its corrections: what is no product is left out, what is another item has that one, and products that were missed
 * follow at the end. Places on shelves are found anew when boxes came, went or changed.
 * @param analysisId the run that the detections are of
 * @param corrections the applied ones of all runs of the picture
 */
export function correctDetections(
  analysisId: string,
  detections: readonly Detection[],
  corrections: readonly Statement[],
): CorrectedDetection[] {
  const { byDetection, alone } = matchCorrections(analysisId, detections, corrections);
  const found = asFound(detections).flatMap((one) => {
    const correction = byDetection.get(one.index!);
    return correction ? correct(one, correction) : [one];
  });
  const added = alone.flatMap(addMissed);
  const all = [...found, ...added];
  const isPlaced =
    all.length === detections.length && all.every(({ detection }, at) => detection.box === detections[at]!.box);
  return isPlaced ? all : placeAnew(all);
}

function correct(one: CorrectedDetection, correction: Statement): CorrectedDetection[] {
  if (correction.verdict === 'NOT_A_PRODUCT') return [];
  const { detection } = one;
  const box = correction.changed_box ?? detection.box;
  return [{ ...one, detection: { ...detection, ...naming(correction, detection), box }, correctionId: correction.id }];
}

function addMissed(correction: Statement): CorrectedDetection[] {
  if (correction.verdict === 'NOT_A_PRODUCT') return [];
  // A person saw it.
  const objectness = 1;
  const detection = { box: boxOf(correction), objectness, candidates: [], label: null };
  return [
    {
      detection: { ...detection, ...naming(correction, { objectness }) },
      index: null,
      correctionId: correction.id,
    },
  ];
}

function naming(
  { verdict, catalog_item_id }: Statement,
  { objectness }: Pick<Detection, 'objectness'>,
): Pick<Detection, 'itemId' | 'matchedBy' | 'confidence'> {
  if (verdict === 'ITEM') return { itemId: catalog_item_id, matchedBy: 'CORRECTION', confidence: 1 };
  return { itemId: null, matchedBy: null, confidence: objectness };
}

function placeAnew(all: readonly CorrectedDetection[]): CorrectedDetection[] {
  const places = placeOnShelves(
    all.map(({ detection: { box } }) => ({ x: box[0], y: box[1], width: box[2], height: box[3] })),
  );
  return all.map((one, at) => {
    const { shelf, position, level } = places[at]!;
    return { ...one, detection: { ...one.detection, place: [shelf, position, level] as const } };
  });
}
