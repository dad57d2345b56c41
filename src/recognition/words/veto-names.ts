import type { Detection } from '../detection.ts';
import type { TextLine } from '../text/text-line.ts';
import { contradicts } from './contradict.ts';
import type { PrintedWords } from './printed-words.ts';

/**
 * Takes the name from detections whose text contradicts it. They keep their candidates, because only what was read speaks against the
 * first one.
 */
export function vetoNames(
  detections: readonly Detection[],
  texts: readonly TextLine[],
  printed: PrintedWords,
): Detection[] {
  const lines = Map.groupBy(texts, ({ detection }) => detection);
  return detections.map((detection, index) => {
    const { itemId, objectness } = detection;
    const words = itemId === null ? null : printed.of(itemId);
    if (!words || !contradicts(lines.get(index) ?? [], words)) return detection;
    return { ...detection, itemId: null, confidence: objectness, matchedBy: null };
  });
}
