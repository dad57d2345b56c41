import { correctDetections } from '../../recognition/corrections/apply.ts';
import type { Statement } from '../../recognition/corrections/statement.ts';
import type { Detection } from '../../recognition/detection.ts';
import type { ShelfUse } from '../../recognition/shares.ts';
import { summarizeFacings } from '../result.ts';

/** What corrections change in the sums of a result about one item. */
export interface CorrectionEffect extends ShelfUse {
  /** 1: only the corrected result has the item; -1: only the one as found; 0: both. */
  analyses: number;
}

/** @param corrections the applied ones of all runs of the picture. @returns only what changes */
export function effectsOf(
  analysisId: string,
  found: readonly Detection[],
  corrections: readonly Statement[],
): CorrectionEffect[] {
  const corrected = correctDetections(analysisId, found, corrections).map(({ detection }) => detection);
  const effects = new Map<string | null, CorrectionEffect>();
  const add = (uses: readonly ShelfUse[], times: 1 | -1) => {
    for (const { itemId, facings, area, width } of uses) {
      const sum = effects.get(itemId) ?? { itemId, analyses: 0, facings: 0, area: 0, width: 0 };
      sum.analyses += times;
      sum.facings += times * facings;
      sum.area += times * area;
      sum.width += times * width;
      effects.set(itemId, sum);
    }
  };
  add(summarizeFacings(corrected), 1);
  add(summarizeFacings(found), -1);
  return [...effects.values()].filter(({ analyses, facings, area, width }) => analyses || facings || area || width);
}
