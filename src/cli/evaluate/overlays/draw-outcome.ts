import { Typesetter } from '../../../drawing/text.ts';
import type { Box, Size } from '../../../recognition/box.ts';
import type { Outcome } from '../../../recognition/evaluation/outcome.ts';
import { drawLegend } from './legend.ts';
import { looks } from './looks.ts';
import { drawBox } from './pen.ts';

/** Text size of the score on a false alarm, as a fraction of the picture's longer side. */
const scoreSize = 1 / 95;

/**
 * The boxes of a picture by outcome, below a legend with their numbers, as an SVG.
 * @param picture size of the copy that is drawn on
 * @param scale pixels of the copy for a pixel of the picture that was measured
 * @returns legendHeight: pixels that the SVG is higher than the picture
 */
export function drawOutcome(picture: Size, outcome: Outcome, scale: number): { svg: string; legendHeight: number } {
  const edge = Math.max(picture.width, picture.height);
  const type = new Typesetter();
  const legend = drawLegend(picture, outcome, type);
  const toDrawing = ({ x, y, width, height }: Box) => {
    return { x: x * scale, y: y * scale + legend.height, width: width * scale, height: height * scale };
  };
  const boxes = looks.flatMap((look) => outcome[look.kind].map((box) => drawBox(toDrawing(box), look, edge)));
  // After all boxes, so that a neighbour's line does not cover a score.
  const scores = outcome.falseAlarms.map((box) => drawScore(toDrawing(box), box.objectness, edge, type));
  const size = `width="${picture.width}" height="${picture.height + legend.height}"`;
  const body = `${[...boxes, ...scores].join('')}${legend.svg}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${type.definitions()}${body}</svg>`;
  return { svg, legendHeight: legend.height };
}

function drawScore({ x, y }: Box, score: number, edge: number, type: Typesetter): string {
  const size = edge * scoreSize;
  const casing = { colour: '#000000', width: size * 0.16 };
  return type.line(score.toFixed(2), x + size * 0.4, y + size * 1.15, size, '#ffffff', casing);
}
