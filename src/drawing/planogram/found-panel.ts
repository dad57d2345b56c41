import type { JudgedPosition } from '../../recognition/compliance/compliance.ts';
import type { BoxNumbers } from '../../recognition/rounding.ts';
import type { Typesetter } from '../text.ts';
import { type Area, badge, caption, escapeText, rect } from './shapes.ts';
import { gapColour, ink, lookOf, type ShelfDrawing, unplannedLook } from './shelf-drawing.ts';

/** Products of one position, or one that belongs to none. */
interface Group {
  detections: readonly number[];
  colour: string;
  text: string;
  number: number | undefined;
}

/** The height of the image where it is as wide as this. */
export function foundPanelHeight({ picture }: Pick<ShelfDrawing, 'picture'>, width: number): number {
  return (picture.height / picture.width) * width;
}

/** Everything that was found, where the image shows it, with the gaps. @param numbers of the differences */
export function drawFound(
  drawing: ShelfDrawing,
  area: Area,
  { numbers, type }: { numbers: ReadonlyMap<JudgedPosition, number>; type: Typesetter },
): string {
  const scale = area.width / drawing.picture.width;
  const place = ([x, y, width, height]: Readonly<BoxNumbers>): Area => ({
    ...{ x: area.x + x * scale, y: area.y + y * scale },
    ...{ width: width * scale, height: height * scale },
  });
  const gaps = drawing.gaps.map((gap) =>
    rect(place(gap), `rx="2" fill="#fff" stroke="${gapColour}" stroke-width="2" stroke-dasharray="6 4"`),
  );
  const groups = listGroups(drawing, numbers);
  const boxes = groups.map((group) => drawBoxes(drawing, group, place));
  // After all boxes, so that a neighbour's box does not cover a name.
  const names = groups.map((group) => drawName(drawing, group, { place, type }));
  return `${rect(area, 'rx="4" fill="#f4f6f9" stroke="#d5dae2"')}${gaps.join('')}${boxes.join('')}${names.join('')}`;
}

function listGroups(drawing: ShelfDrawing, numbers: ReadonlyMap<JudgedPosition, number>): Group[] {
  const known = new Set<number>();
  const ofPositions = drawing.positions.flatMap((position): Group[] => {
    const detections = position.detections.filter((index) => !known.has(index));
    for (const index of detections) known.add(index);
    if (detections.length === 0) return [];
    return [{ detections, ...lookOf(position.status), number: numbers.get(position) }];
  });
  const rest = drawing.picture.detections.flatMap((_, index) => (known.has(index) ? [] : [index]));
  const unplanned = new Set(drawing.unplanned);
  const others = rest.map((index): Group => {
    const look = unplanned.has(index) ? unplannedLook : lookOf('UNIDENTIFIED');
    return { detections: [index], ...look, number: undefined };
  });
  return [...ofPositions, ...others];
}

function drawBoxes({ picture }: ShelfDrawing, { detections, colour }: Group, place: (box: BoxNumbers) => Area): string {
  return detections
    .map((index) => {
      const { box, itemId } = picture.detections[index]!;
      const dashes = itemId === null ? ' stroke-dasharray="4 3"' : '';
      return rect(
        place(box),
        `rx="2" fill="${colour}" fill-opacity="0.2" stroke="${colour}" stroke-width="1.5"${dashes}`,
      );
    })
    .join('');
}

function drawName(
  { picture, nameOf }: ShelfDrawing,
  { detections, colour, text, number }: Group,
  { place, type }: { place: (box: BoxNumbers) => Area; type: Typesetter },
): string {
  const { itemId } = picture.detections[detections[0]!]!;
  const around = unite(detections.map((index) => place(picture.detections[index]!.box)));
  const name = itemId === null ? 'no name' : nameOf(itemId);
  const label = itemId === null ? '' : caption(name, around, { colour: ink, type });
  const mark = number === undefined ? '' : badge(number, around.x + around.width - 9, around.y + 9, { colour, type });
  return `<g><title>${escapeText(`${name}: ${text}`)}</title>${label}${mark}</g>`;
}

function unite(areas: readonly Area[]): Area {
  const x = Math.min(...areas.map((area) => area.x));
  const y = Math.min(...areas.map((area) => area.y));
  const width = Math.max(...areas.map((area) => area.x + area.width)) - x;
  return { x, y, width, height: Math.max(...areas.map((area) => area.y + area.height)) - y };
}
