import type { Evaluation, NamingEvaluation } from '../../recognition/evaluation/evaluate.ts';
import { formatTable } from '../table.ts';
import { fixed, percent } from './format-figures.ts';
import { formatSweep } from './print-sweep.ts';
import { describeProposals, type Proposal } from './proposals.ts';
import type { Thresholds } from './thresholds.ts';

/** The evaluation for people, as lines. */
export function formatEvaluation(
  evaluation: Evaluation,
  thresholds: Thresholds,
  proposals: readonly Proposal[],
): string {
  const parts = [formatDetection(evaluation), formatWidths(evaluation), formatSweep(evaluation, thresholds)];
  if (evaluation.naming) parts.push(...formatNaming(evaluation.naming));
  return [...parts, describeProposals(proposals)].join('\n\n');
}

function formatDetection({ pictures, trueBoxes, ap50, atThreshold, countError }: Evaluation): string {
  const { found, precision, recall, f1 } = atThreshold;
  return formatTable(
    ['pictures', 'products', 'AP50', 'found', 'precision', 'recall', 'F1', 'count error'],
    [
      [
        String(pictures),
        String(trueBoxes),
        fixed(ap50),
        String(found),
        fixed(precision),
        fixed(recall),
        fixed(f1),
        fixed(countError),
      ],
    ],
  );
}

function formatWidths({ recallByWidth }: Evaluation): string {
  const rows = recallByWidth.map(({ from, to, trueBoxes, recall }) => [
    to === null ? `${from} px and more` : `${from} to ${to} px`,
    String(trueBoxes),
    fixed(recall),
  ]);
  return formatTable(["width in the detector's input", 'products', 'recall'], rows);
}

function formatNaming(naming: NamingEvaluation): string[] {
  const { items, foreign, nothing, confusions, reliability } = naming;
  const parts = [
    formatTable(
      ['found boxes of', 'right', 'wrong', 'open'],
      [
        ['items of the catalogue', String(items.right), String(items.wrong), String(items.open)],
        ['products not in the catalogue', '-', String(foreign.named), String(foreign.open)],
        ['no product', '-', String(nothing.named), String(nothing.open)],
      ],
    ),
    `Names that are right: ${percent(naming.rightOfNamed)}. Found items that are named: ${percent(naming.coverage)}. ` +
      `Found items whose most probable item is right: ${percent(naming.likeliestRight)}.\n` +
      `True boxes of items that are found and named correctly: ${percent(naming.rightOfAll)}.`,
  ];
  if (confusions.length > 0) {
    const rows = confusions.map(({ truth, takenFor, boxes, named }) => [
      truth ?? '(not in the catalogue)',
      takenFor,
      String(boxes),
      String(named),
    ]);
    parts.push(formatTable(['true item', 'taken for', 'boxes', 'of these named'], rows));
  }
  const rows = reliability.ranges
    .filter(({ boxes }) => boxes > 0)
    .map(({ from, to, boxes, said, right }) => [`${from} to ${to}`, String(boxes), percent(said), percent(right)]);
  parts.push(
    `${formatTable(['probability', 'boxes', 'said', 'right'], rows)}\nProbabilities are wrong by ${percent(reliability.error)} on average.`,
  );
  return parts;
}
