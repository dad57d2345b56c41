import { useState } from 'react';
import type { PartBox } from '../analysis/found-product.ts';
import type { FacingFragment } from './review.generated.ts';

/** By which a key moves a box, or changes its size: parts of the picture. */
const step = 0.004;
const smallest = 0.005;

interface Draft {
  /** Whose box is changed; null: a product that was missed is drawn. */
  facingId: string | null;
  /** Null: nothing has been drawn yet. */
  box: PartBox | null;
}

/** The box that a person draws or changes, by pointer or by the arrow keys: of a product that was missed, or of the facing that is asked about. */
export function useDraft(facing: FacingFragment | null) {
  const [draft, setDraft] = useState<Draft | null>(null);
  // A box that was being changed is left as it was when another facing is asked about.
  const current = draft && draft.facingId !== null && draft.facingId !== facing?.id ? null : draft;
  const box = current?.box ?? null;
  const draw = (drawn: PartBox) => setDraft((before) => before && { ...before, box: drawn });
  const change = (by: Partial<PartBox>) =>
    setDraft((before) => {
      if (before === null) return null;
      const from = before.box ?? facing?.box ?? { x: 0.45, y: 0.4, width: 0.1, height: 0.2 };
      return {
        ...before,
        box: keepInside({
          x: from.x + (by.x ?? 0),
          y: from.y + (by.y ?? 0),
          width: from.width + (by.width ?? 0),
          height: from.height + (by.height ?? 0),
        }),
      };
    });
  const stop = () => setDraft(null);
  return {
    /** A product that was missed is drawn. */
    isDrawing: current !== null && current.facingId === null,
    /** The box of the facing is changed. */
    isChanging: current !== null && current.facingId !== null,
    /** Null: nothing that could be a product has been drawn yet. */
    box: box && box.width >= smallest && box.height >= smallest ? box : null,
    /** For the viewer. */
    drawing: current && { draft: box, onDraw: draw },
    begin: () => setDraft({ facingId: null, box: null }),
    beginChange: () => facing && setDraft({ facingId: facing.id, box: facing.box }),
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
