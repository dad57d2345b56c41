import type { Evaluation } from '../../recognition/evaluation/evaluate.ts';
import { roundDown } from '../../recognition/evaluation/evaluate.ts';
import { formatTable } from '../table.ts';
import { fixed } from './format-figures.ts';
import { defaultThreshold, type Thresholds, taskThresholdFor } from './thresholds.ts';

/** What other thresholds would give, with the setting for each. */
export function formatSweep({ sweep, bestThreshold, naming }: Evaluation, thresholds: Thresholds): string {
  const standard = defaultThreshold(thresholds);
  const best = bestThreshold && roundDown(bestThreshold.threshold);
  const named = naming !== null;
  const rows = sweep.map(({ threshold, found, precision, recall, f1, countError }) => {
    const ofTask = taskThresholdFor(threshold, thresholds, named);
    const marks = [...(threshold === standard ? ['default'] : []), ...(threshold === best ? ['best F1'] : [])];
    const figures = [precision, recall, f1, countError].map(fixed);
    return [fixed(threshold), String(found), ...figures, fixed(ofTask), marks.join(', ')];
  });
  const header = ['detector threshold', 'found', 'precision', 'recall', 'F1', 'count error', 'Task.threshold', ''];
  return formatTable(header, rows);
}
