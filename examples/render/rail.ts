import { railMm } from './fittings.ts';
import type { Facing } from './place.ts';
import type { ShelfPlan } from './plan.ts';
import { createRandom } from './random.ts';
import { num, smallPrint, text } from './svg.ts';

/** The price rail with its labels, and the shadow it throws on what stands below. */
export function drawRail(plan: ShelfPlan, board: number, facings: Facing[]): string {
  const { yMm } = plan.boards[board]!;
  const width = plan.toMm - plan.fromMm;
  const labels = facings
    .filter((facing) => facing.board === board && facing.runStart)
    .map((facing) => drawLabel(plan, facing, yMm));
  return (
    `<rect x="${plan.fromMm}" y="${num(yMm + railMm)}" width="${width}" height="105" fill="url(#overhang)"/>` +
    `<rect x="${plan.fromMm}" y="${num(yMm)}" width="${width}" height="${railMm}" fill="url(#rail)"/>` +
    `<path d="M${plan.fromMm} ${num(yMm + 1)}h${width}M${plan.fromMm} ${num(yMm + 5)}h${width}" stroke="#fff" stroke-opacity=".5" stroke-width="1"/>` +
    `<path d="M${plan.fromMm} ${num(yMm + 7)}h${width}M${plan.fromMm} ${num(yMm + railMm - 1)}h${width}" stroke="#000" stroke-opacity=".3" stroke-width="1.4"/>` +
    labels.join('')
  );
}

function drawLabel(plan: ShelfPlan, facing: Facing, yMm: number): string {
  const random = createRandom(plan.seed * 977 + Math.round(facing.leftMm * 7 + yMm));
  const offer = random.chance(0.22);
  const x = facing.leftMm + random.between(4, 16);
  const y = yMm + 8.5;
  const price = `${Math.floor(random.between(1, 7))}.${Math.floor(random.between(1, 10))}9`;
  const bars = Array.from({ length: 14 }, (_, bar) => `M${num(x + 5 + bar * 1.15)} ${num(y + 18)}v8`).join('');
  return (
    `<rect x="${num(x + 1)}" y="${num(y + 1.4)}" width="58" height="31" fill="#000" opacity=".3"/>` +
    `<rect x="${num(x)}" y="${num(y)}" width="58" height="31" rx="1" fill="${offer ? '#ffdf2b' : '#fdfdfb'}"/>` +
    smallPrint(x + 4, y + 5, 44, 2, '#333', 2.4) +
    `<path d="${bars}" stroke="#111" stroke-width=".6"/>` +
    text(x + 54, y + 27, 14.5, price, { anchor: 'end', fill: offer ? '#c4101c' : '#111', stretch: 0.9 })
  );
}
