import type { ItemColours } from '../../ui/colour.ts';
import type { FoundProduct, PartBox } from '../found-product.ts';
import type { Point, Size, View } from './view.ts';

/** Names are written on boxes that are at least so wide, in pixels of CSS. */
const labelledFromWidth = 72;
const labelHeight = 17;
const cornerSize = 9;

export interface Highlight {
  /** Below the pointer, here or in the list. */
  hovered: string | null;
  /** Chosen by a click or the keyboard. */
  selected: string | null;
}

/** Where boxes are drawn. */
export interface Place {
  view: View;
  picture: Size;
  frame: Size;
  colourOf: ItemColours;
}

/**
 * Draws boxes over the picture, a canvas a frame: 500 of them take about a millisecond, where as many SVG elements would be laid out
 * again with every step of a zoom.
 */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  detections: readonly FoundProduct[],
  place: Place,
  { hovered, selected }: Highlight,
): void {
  const { frame } = place;
  context.clearRect(0, 0, frame.width, frame.height);
  context.font = '600 11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const isHighlighted = ({ id }: FoundProduct) => id === hovered || id === selected;
  for (const detection of detections) if (!isHighlighted(detection)) drawBox(context, detection, place, false);
  // On top of its neighbours.
  for (const detection of detections) if (isHighlighted(detection)) drawBox(context, detection, place, true);
}

/** What a pointer takes hold of to change the size of a box. */
export function drawCorners(context: CanvasRenderingContext2D, box: PartBox, place: Place): void {
  const { x, y, width, height } = rectangleOf({ box }, place.view, place.picture);
  context.save();
  context.fillStyle = '#fff';
  context.strokeStyle = '#000';
  context.lineWidth = 1.5;
  for (const left of [x, x + width])
    for (const top of [y, y + height]) {
      context.beginPath();
      context.rect(left - cornerSize / 2, top - cornerSize / 2, cornerSize, cornerSize);
      context.fill();
      context.stroke();
    }
  context.restore();
}

/** Dashed in white on black, so that they are seen on any shelf and taken for no product. */
export function drawGaps(context: CanvasRenderingContext2D, gaps: readonly { box: PartBox }[], place: Place): void {
  context.save();
  context.lineWidth = 3;
  for (const gap of gaps) {
    const { x, y, width, height } = rectangleOf(gap, place.view, place.picture);
    context.setLineDash([]);
    context.strokeStyle = '#000';
    context.strokeRect(x, y, width, height);
    context.setLineDash([8, 6]);
    context.strokeStyle = '#fff';
    context.strokeRect(x, y, width, height);
  }
  context.restore();
}

function drawBox(
  context: CanvasRenderingContext2D,
  detection: FoundProduct,
  place: Place,
  isHighlighted: boolean,
): void {
  const { x, y, width, height } = rectangleOf(detection, place.view, place.picture);
  if (x > place.frame.width || y > place.frame.height || x + width < 0 || y + height < 0) return;
  const colour = place.colourOf(detection.catalogItem?.id ?? null);
  context.strokeStyle = colour;
  context.lineWidth = isHighlighted ? 3 : 1.75;
  context.strokeRect(x, y, width, height);
  if (isHighlighted) {
    context.fillStyle = `${colour}40`;
    context.fillRect(x, y, width, height);
  }
  if (isHighlighted || (width >= labelledFromWidth && detection.catalogItem))
    drawLabel(context, detection.catalogItem?.name ?? 'Not in the catalogue', colour, { x, y, width }, isHighlighted);
}

function drawLabel(
  context: CanvasRenderingContext2D,
  name: string,
  colour: string,
  box: Point & { width: number },
  isWhole: boolean,
): void {
  const wanted = context.measureText(name).width + 10;
  const width = isWhole ? wanted : Math.min(wanted, box.width);
  const top = Math.max(box.y - labelHeight, 0);
  context.save();
  context.beginPath();
  context.rect(box.x - 1, top, width, labelHeight);
  context.clip();
  context.fillStyle = 'rgb(12 14 18 / 0.86)';
  context.fillRect(box.x - 1, top, width, labelHeight);
  context.fillStyle = colour;
  context.fillRect(box.x - 1, top, 3, labelHeight);
  context.fillStyle = '#fff';
  context.fillText(name, box.x + 6, top + labelHeight / 2 + 1);
  context.restore();
}

/** The smallest box at a point of the frame, since small ones lie within large ones. */
export function boxAt(
  detections: readonly FoundProduct[],
  point: Point,
  view: View,
  picture: Size,
): FoundProduct | null {
  let found: FoundProduct | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const detection of detections) {
    const { x, y, width, height } = rectangleOf(detection, view, picture);
    const isInside = point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;
    if (!isInside || width * height >= smallest) continue;
    found = detection;
    smallest = width * height;
  }
  return found;
}

function rectangleOf({ box }: { box: PartBox }, view: View, picture: Size): Point & Size {
  return {
    x: view.x + box.x * picture.width * view.scale,
    y: view.y + box.y * picture.height * view.scale,
    width: box.width * picture.width * view.scale,
    height: box.height * picture.height * view.scale,
  };
}
