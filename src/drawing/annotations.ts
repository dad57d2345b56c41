import { fitLabel, type Label, labelPadding } from './label.ts';
import { drawLegend, type Legend, type LegendEntry, layOutLegend } from './legend.ts';
import { assignColours, unnamedColours } from './palette.ts';
import { capitalHeight, lineHeight, Typesetter } from './text.ts';

interface Size {
  width: number;
  height: number;
}

/** A product to draw. */
export interface DrawnDetection {
  /** In pixels of the analysed picture. */
  box: { x: number; y: number; width: number; height: number };
  /** 0..1 */
  confidence: number;
  /** null: it has no name. */
  item: { id: string; name: string } | null;
}

export interface Annotations {
  detections: readonly DrawnDetection[];
  /** Size of the analysed picture. */
  found: Size;
  /** Size of the picture to draw on. */
  drawn: Size;
  /** 0..1: the confidence below which products were left out, for the legend; null: none were. */
  minConfidence: number | null;
}

/** As fractions of the longer edge, so that a picture looks the same in any size; text has a minimum size in pixels. */
const scale = { maxText: 1 / 64, minText: 1 / 150, leastText: 10, line: 1 / 460, corner: 1 / 300 };

/**
 * Boxes around products, with names, and a legend below: an SVG as wide as the picture and taller by the legend, to be drawn over
 * it. Each item has a colour, and products without a name are grey. The SVG contains only numbers, no text from clients.
 */
export function drawAnnotations(annotations: Annotations): { svg: string; height: number } {
  const { detections, found, drawn } = annotations;
  const colours = assignColours(detections.flatMap(({ item }) => item?.id ?? []));
  const edge = Math.max(drawn.width, drawn.height);
  const scaled = detections.map((detection) => ({ ...detection, box: scaleBox(detection.box, found, drawn) }));
  const frames = scaled.map(({ box, item }) => drawFrame(box, item ? colours.get(item.id)! : null, edge));
  const type = new Typesetter();
  const min = Math.max(scale.leastText, edge * scale.minText);
  const text = { min, max: Math.max(min, edge * scale.maxText) };
  // After all frames, so that a neighbour's frame does not cover a name.
  const labels = scaled.map(({ box, item, confidence }) => {
    const label = item && fitLabel(item.name, confidence, box, text);
    return label ? drawLabel(label, box, colours.get(item.id)!, type) : '';
  });
  const legend: Legend = layOutLegend(legendEntries(annotations, colours), drawn);
  const height = drawn.height + legend.height;
  const body = `${frames.join('')}${labels.join('')}${drawLegend(legend, drawn.height, drawn.width, type)}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${drawn.width}" height="${height}">${type.definitions()}${body}</svg>`;
  return { svg, height };
}

/** Items by number of facings, then products without a name. */
function legendEntries(
  { detections, minConfidence }: Annotations,
  colours: ReadonlyMap<string, string>,
): LegendEntry[] {
  const named = Map.groupBy(
    detections.filter(({ item }) => item !== null),
    ({ item }) => item!.id,
  );
  const entries: LegendEntry[] = [...named.values()]
    .sort((a, b) => b.length - a.length || (a[0]!.item!.name < b[0]!.item!.name ? -1 : 1))
    .map((facings) => {
      const { id, name } = facings[0]!.item!;
      return { colour: colours.get(id)!, text: `${name} × ${facings.length}` };
    });
  const unnamed = detections.length - [...named.values()].reduce((sum, facings) => sum + facings.length, 0);
  if (unnamed > 0) entries.push({ colour: unnamedColours.outer, text: `no name × ${unnamed}` });
  if (detections.length === 0) entries.push({ colour: null, text: 'no products found' });
  if (minConfidence !== null)
    entries.push({ colour: null, text: `confidence of ${Math.round(minConfidence * 100)}% or more` });
  return entries;
}

function scaleBox(box: DrawnDetection['box'], from: Size, to: Size): DrawnDetection['box'] {
  const [x, y] = [to.width / from.width, to.height / from.height];
  return { x: box.x * x, y: box.y * y, width: box.width * x, height: box.height * y };
}

function drawFrame(box: DrawnDetection['box'], colour: string | null, edge: number): string {
  const line = Math.max(1.5, edge * scale.line);
  const corner = edge * scale.corner;
  if (colour === null)
    return strokeBox(box, unnamedColours.outer, line, corner) + strokeBox(box, unnamedColours.inner, line / 2, corner);
  // Its light edge makes it visible on a pack of the same colour.
  return strokeBox(box, '#fff', line * 1.6, corner, 0.55) + strokeBox(box, colour, line, corner);
}

function strokeBox(box: DrawnDetection['box'], colour: string, width: number, corner: number, opacity = 1): string {
  const look = `rx="${corner.toFixed(1)}" fill="none" stroke="${colour}" stroke-width="${width.toFixed(2)}"`;
  return `<rect ${geometryOf(box)} ${look}${opacity < 1 ? ` stroke-opacity="${opacity}"` : ''}/>`;
}

/** At the bottom, because brand and name of a pack are mostly above the middle. */
function drawLabel(label: Label, box: DrawnDetection['box'], colour: string, type: Typesetter): string {
  const { lines, size, width, height } = label;
  const [x, y] = [box.x, box.y + box.height - height];
  const text = lines.map((line, row) => {
    const baseLine = y + (labelPadding + capitalHeight + row * lineHeight) * size;
    return type.line(line, x + labelPadding * size, baseLine, size, '#fff');
  });
  const ground = `rx="${(size * 0.22).toFixed(1)}" fill="${colour}" fill-opacity="0.93"`;
  return `<rect ${geometryOf({ x, y, width, height })} ${ground}/>${text.join('')}`;
}

function geometryOf({ x, y, width, height }: DrawnDetection['box']): string {
  const [left, top, wide, high] = [x, y, width, height].map((value) => value.toFixed(1));
  return `x="${left}" y="${top}" width="${wide}" height="${high}"`;
}
