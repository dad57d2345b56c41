import type { JudgedPosition } from '../../recognition/compliance/compliance.ts';
import { cutText, measureText, Typesetter } from '../text.ts';
import { drawFound, foundPanelHeight } from './found-panel.ts';
import { drawPlan, planPanelHeight } from './plan-panel.ts';
import { badge, rect } from './shapes.ts';
import { gapColour, ink, listDifferences, lookOf, type ShelfDrawing, unplannedLook } from './shelf-drawing.ts';

const width = 1400;
const margin = 32;
const inner = width - 2 * margin;
const text = 15;
const lineStep = 30;
const heading = 20;
const headingStep = 46;
/** More would make the drawing longer than anybody reads. */
const mostDifferences = 60;

/**
 * A planogram, what an image shows of it, and the differences, as an SVG of its own on a white ground. Text is drawn as outlines, so that
 * it looks the same everywhere, and names of items are in it only as escaped titles.
 */
export function drawShelf(drawing: ShelfDrawing): string {
  const type = new Typesetter();
  const differences = listDifferences(drawing.positions);
  const numbers = new Map(differences.map((position, index) => [position, index + 1] as const));
  let y = margin;
  const parts: string[] = [];
  const add = (height: number, draw: (top: number) => string): void => {
    parts.push(draw(y));
    y += height;
  };
  const title = cutText(`${drawing.title}: ${scoreText(drawing.score)}`, 26, inner);
  add(44, (top) => type.line(title, margin, top + 26, 26, ink));
  add(lineStep + 12, (top) => drawLegend(drawing, top, type));
  add(headingStep, (top) => type.line('Planned', margin, top + 28, heading, ink));
  add(planPanelHeight(drawing), (top) => drawPlan(drawing, { x: margin, y: top, width: inner }, { numbers, type }));
  add(headingStep, (top) => type.line('Found', margin, top + 28, heading, ink));
  const height = foundPanelHeight(drawing, inner);
  add(height, (top) => drawFound(drawing, { x: margin, y: top, width: inner, height }, { numbers, type }));
  add(headingStep, (top) => type.line('Differences', margin, top + 28, heading, ink));
  add(Math.max(1, Math.min(differences.length, mostDifferences + 1)) * lineStep, (top) =>
    drawDifferences(drawing, differences, { top, type }),
  );
  const whole = Math.ceil(y + margin);
  const ground = rect({ x: 0, y: 0, width, height: whole }, 'fill="#fff"');
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${whole}" width="${width}" height="${whole}">${type.definitions()}${ground}${parts.join('')}</svg>`;
}

function scoreText(score: number | null): string {
  return score === null ? 'the image shows nothing of it' : `${Math.round(score * 100)} % as planned`;
}

/** What is in the drawing. */
function drawLegend({ positions, unplanned, gaps }: ShelfDrawing, top: number, type: Typesetter): string {
  const present = new Map(positions.map(({ status }) => [lookOf(status).text, lookOf(status).colour]));
  if (unplanned.length > 0) present.set(unplannedLook.text, unplannedLook.colour);
  const entries = [...present].map(([label, colour]) => ({ label, colour, isDashed: false }));
  if (gaps.length > 0) entries.push({ label: 'gap', colour: gapColour, isDashed: true });
  const size = 14;
  let x = margin;
  return entries
    .map(({ label, colour, isDashed }) => {
      const look = isDashed
        ? `fill="#fff" stroke="${colour}" stroke-width="2" stroke-dasharray="4 3"`
        : `fill="${colour}" fill-opacity="0.25" stroke="${colour}" stroke-width="1.5"`;
      const swatch = rect({ x, y: top + 4, width: 18, height: 18 }, `rx="3" ${look}`);
      const line = type.line(label, x + 26, top + 18, size, ink);
      x += 26 + measureText(label, size) + 26;
      return swatch + line;
    })
    .join('');
}

function drawDifferences(
  { nameOf, gaps }: ShelfDrawing,
  differences: readonly JudgedPosition[],
  { top, type }: { top: number; type: Typesetter },
): string {
  const line = (content: string, index: number) =>
    type.line(cutText(content, text, inner - 40), margin + 32, top + (index + 0.5) * lineStep + 5, text, ink);
  if (differences.length === 0) return line(gaps.length > 0 ? 'None, apart from gaps.' : 'None.', 0);
  const shown = differences.slice(0, mostDifferences).map((position, index) => {
    const { colour } = lookOf(position.status);
    const mark = badge(index + 1, margin + 12, top + (index + 0.5) * lineStep, { colour, type });
    return mark + line(describe(position, nameOf), index);
  });
  const left = differences.length - shown.length;
  if (left > 0) shown.push(line(`and ${left} more`, shown.length));
  return shown.join('');
}

function describe(
  { shelf, position, itemId, status, found, visible }: JudgedPosition,
  nameOf: ShelfDrawing['nameOf'],
): string {
  const counts = found > 0 ? ` (${found} of ${visible})` : '';
  return `Shelf ${shelf + 1}, position ${position + 1}, ${nameOf(itemId)}: ${lookOf(status).text}${counts}`;
}
