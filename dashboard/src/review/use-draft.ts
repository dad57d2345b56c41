import { useState } from 'react';
import type { PartBox } from '../analysis/found-product.ts';

/** By which a key moves a box, or changes its size: parts of the picture. */
const step = 0.004;
const smallest = 0.005;

/** The box of a product that was missed, while a person draws it: by pointer or by the arrow keys. */
export function useDraft(usualBox: () => PartBox) {
  const [isDrawing, setIsDrawing] = useState(false);
  const [box, setBox] = useState<PartBox | null>(null);
  const stop = () => {
    setIsDrawing(false);
    setBox(null);
  };
  const change = (by: Partial<PartBox>) =>
    setBox((before) => {
      const from = before ?? usualBox();
      return keepInside({
        x: from.x + (by.x ?? 0),
        y: from.y + (by.y ?? 0),
        width: from.width + (by.width ?? 0),
        height: from.height + (by.height ?? 0),
      });
    });
  return {
    isDrawing,
    /** Null: nothing that could be a product has been drawn yet. */
    box: box && box.width >= smallest && box.height >= smallest ? box : null,
    /** For the viewer. */
    drawing: isDrawing ? { draft: box, onDraw: setBox } : null,
    begin: () => setIsDrawing(true),
    stop,
    keys: {
      escape: stop,
      arrowleft: () => change({ x: -step }),
      arrowright: () => change({ x: step }),
      arrowup: () => change({ y: -step }),
      arrowdown: () => change({ y: step }),
      '<': () => change({ width: -step }),
      '>': () => change({ width: step }),
      ',': () => change({ height: -step }),
      '.': () => change({ height: step }),
    } satisfies Record<string, () => void>,
  };
}

function keepInside({ x, y, width, height }: PartBox): PartBox {
  const [w, h] = [Math.min(Math.max(width, smallest), 1), Math.min(Math.max(height, smallest), 1)];
  return { x: Math.min(Math.max(x, 0), 1 - w), y: Math.min(Math.max(y, 0), 1 - h), width: w, height: h };
}
