import type { Detection } from '../detection.ts';
import type { Code } from './code.ts';

/** A misread code would have to pass its check digit and be the number of another item that the analysis looks for. */
const barcodeConfidence = 1;

/**
 * Names detections by their own codes. A code takes precedence over appearance, local features and neighbours; the item that these
 * found becomes the second candidate. A detection keeps its name if its codes belong to different items (two packs in one box), and
 * if several items have the number of a code.
 * @param itemsByGtin ids of the items that the analysis looks for.
 * @param topCandidates how many candidates each detection lists.
 */
export function nameByCodes(
  detections: readonly Detection[],
  codes: readonly Code[],
  itemsByGtin: ReadonlyMap<string, readonly string[]>,
  topCandidates: number,
): Detection[] {
  const itemIds = new Map<number, Set<string>>();
  for (const { detection, gtin } of codes) {
    if (detection === null || gtin === null) continue;
    const known = itemIds.get(detection) ?? new Set();
    for (const itemId of itemsByGtin.get(gtin) ?? []) known.add(itemId);
    itemIds.set(detection, known);
  }
  return detections.map((detection, index) => {
    const [itemId, ...others] = itemIds.get(index) ?? [];
    return itemId === undefined || others.length > 0 ? detection : nameOne(detection, itemId, topCandidates);
  });
}

function nameOne(detection: Detection, itemId: string, topCandidates: number): Detection {
  const others = detection.candidates.filter((candidate) => candidate.itemId !== itemId);
  return {
    ...detection,
    itemId,
    confidence: barcodeConfidence,
    matchedBy: 'BARCODE',
    candidates: [{ itemId, confidence: barcodeConfidence }, ...others].slice(0, topCandidates),
  };
}
