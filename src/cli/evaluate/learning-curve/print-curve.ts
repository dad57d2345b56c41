import { formatTable } from '../../table.ts';
import { percent } from '../format-figures.ts';
import type { CurvePoint } from './measure-learning.ts';

/** The curve for people, as lines. */
export function formatCurve(points: readonly CurvePoint[]): string {
  const rows = points.map(({ corrections, likeliestRight, coverage, rightOfNamed, foreign }) => [
    String(corrections),
    percent(likeliestRight),
    percent(coverage),
    percent(rightOfNamed),
    foreign.named + foreign.open === 0 ? '-' : percent(foreign.named / (foreign.named + foreign.open)),
  ]);
  const header = ['corrections of each item', 'right first', 'named', 'names right', 'other products named'];
  return `${formatTable(header, rows)}\nDrawn from one half of the photographs and judged on the other.`;
}
