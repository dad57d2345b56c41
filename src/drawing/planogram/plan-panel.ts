import type { JudgedPosition } from '../../recognition/compliance/compliance.ts';
import type { PlannedPosition } from '../../recognition/compliance/plan.ts';
import { median } from '../../recognition/compliance/seen.ts';
import type { Typesetter } from '../text.ts';
import { type Area, badge, caption, escapeText, rect } from './shapes.ts';
import { ink, lookOf, type ShelfDrawing } from './shelf-drawing.ts';

const shelfHeight = 96;
const boardHeight = 5;
const betweenShelves = 12;
const betweenPositions = 6;
/** For the number of the shelf. */
const margin = 34;
/** Metres: of a facing whose width nobody knows, where none is known. */
const usualWidth = 0.1;

export function planPanelHeight({ shelves }: Pick<ShelfDrawing, 'shelves'>): number {
  return shelves.length * (shelfHeight + boardHeight + betweenShelves);
}

/** The shelves of the plan as they should be, with what became of each position. @param numbers of the differences */
export function drawPlan(
  { shelves, positions, nameOf }: ShelfDrawing,
  { x, y, width }: Omit<Area, 'height'>,
  { numbers, type }: { numbers: ReadonlyMap<JudgedPosition, number>; type: Typesetter },
): string {
  const widthOf = facingWidths(shelves.flatMap((shelf) => shelf.positions));
  const totals = shelves.map((shelf) =>
    shelf.positions.reduce((sum, planned) => sum + planned.facings * widthOf(planned), 0),
  );
  const most = Math.max(...shelves.map((shelf) => shelf.positions.length));
  const scale = Math.max(0, width - margin - most * betweenPositions) / Math.max(...totals);
  return shelves
    .map((shelf, index) => {
      const top = y + index * (shelfHeight + boardHeight + betweenShelves);
      let left = x + margin;
      const blocks = shelf.positions.map((planned, position) => {
        const area = { x: left, y: top, width: planned.facings * widthOf(planned) * scale, height: shelfHeight };
        left += area.width + betweenPositions;
        const judged = positions.find((one) => one.shelf === index && one.position === position)!;
        return drawPosition(planned, judged, { area, name: nameOf(planned.itemId), number: numbers.get(judged), type });
      });
      const board = { x: x + margin, y: top + shelfHeight, width: width - margin, height: boardHeight };
      const number = type.line(String(index + 1), x + 4, top + shelfHeight - 4, 18, ink);
      return `${rect(board, 'fill="#aab2bf"')}${number}${blocks.join('')}`;
    })
    .join('');
}

/** Where a width is unknown, the usual one. */
function facingWidths(all: readonly PlannedPosition[]): (planned: PlannedPosition) => number {
  const known = all.flatMap(({ width }) => width ?? []);
  const usual = known.length > 0 ? median(known) : usualWidth;
  return ({ width }) => width ?? usual;
}

function drawPosition(
  { facings, stack }: PlannedPosition,
  judged: JudgedPosition,
  { area, name, number, type }: { area: Area; name: string; number: number | undefined; type: Typesetter },
): string {
  const { colour, text } = lookOf(judged.status);
  const [width, height] = [area.width / facings, area.height / stack];
  const isThere = judged.found > 0;
  const packs = Array.from({ length: facings * stack }, (_, index) => {
    const pack = {
      x: area.x + (index % facings) * width + 1,
      y: area.y + Math.floor(index / facings) * height + 1,
      width: Math.max(1, width - 2),
      height: Math.max(1, height - 2),
    };
    const dashes = isThere ? '' : ' stroke-dasharray="5 3"';
    return rect(pack, `rx="2" fill="${colour}" fill-opacity="${isThere ? 0.18 : 0.05}" stroke="${colour}"${dashes}`);
  });
  const title = `<title>${escapeText(`${name}: ${text}, ${judged.found} of ${judged.planned}`)}</title>`;
  const mark = number === undefined ? '' : badge(number, area.x + area.width - 13, area.y + 13, { colour, type });
  return `<g>${title}${packs.join('')}${caption(name, area, { colour: ink, type })}${mark}</g>`;
}
