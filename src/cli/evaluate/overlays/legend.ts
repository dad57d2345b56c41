import { capitalHeight, measureText, type Typesetter } from '../../../drawing/text.ts';
import type { Size } from '../../../recognition/box.ts';
import type { Outcome } from '../../../recognition/evaluation/outcome.ts';
import { looks } from './looks.ts';
import { drawBox, px } from './pen.ts';

export interface Legend {
  svg: string;
  /** Pixels, over the whole width of the picture. */
  height: number;
}

export const legendBackground = '#262626';

/** At most, as a part of the picture's longer side; less where the picture is too narrow for the text. */
const legendHeight = 1 / 28;
/** Parts of the height. */
const parts = { capital: 0.36, swatchWidth: 1, swatchHeight: 0.5, gap: 0.25, margin: 0.5 };

/** What each kind of box means, and how many there are. */
export function drawLegend(picture: Size, outcome: Outcome, type: Typesetter): Legend {
  const edge = Math.max(picture.width, picture.height);
  const shown = looks.filter(({ kind }) => kind !== 'ignored' || outcome.ignored.length > 0).toReversed();
  const entries = shown.map((look) => ({ look, text: `${look.title} ${outcome[look.kind].length}` }));
  const size = parts.capital / capitalHeight;
  const widthOf = (text: string) => parts.swatchWidth + parts.gap + measureText(text, size) + parts.margin;
  const whole = parts.margin + entries.reduce((sum, { text }) => sum + widthOf(text), 0);
  const height = Math.floor(Math.min(edge * legendHeight, picture.width / whole));
  let x = parts.margin * height;
  const drawn = entries.map(({ look, text }) => {
    const swatch = {
      x,
      y: ((1 - parts.swatchHeight) / 2) * height,
      width: parts.swatchWidth * height,
      height: parts.swatchHeight * height,
    };
    const textX = x + (parts.swatchWidth + parts.gap) * height;
    const baseLine = ((1 + parts.capital) / 2) * height;
    x += widthOf(text) * height;
    return drawBox(swatch, look, edge) + type.line(text, textX, baseLine, size * height, '#ffffff');
  });
  const bar = `<rect width="${px(picture.width)}" height="${height}" fill="${legendBackground}"/>`;
  return { svg: bar + drawn.join(''), height };
}
