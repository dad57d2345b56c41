import { useMemo, useState } from 'react';
import { itemColours } from '../ui/colour.ts';
import type { FoundProduct } from './found-product.ts';

/** What of a result is shown, and what of it is hovered or selected: the picture and the lists beside it share this. */
export function useFound<Found extends FoundProduct>(detections: readonly Found[]) {
  const [minConfidence, setMinConfidence] = useState(0);
  const [hovered, onHover] = useState<string | null>(null);
  const [selected, onSelect] = useState<string | null>(null);
  const shown = useMemo(
    () => detections.filter(({ confidence }) => confidence >= minConfidence),
    [detections, minConfidence],
  );
  const colourOf = useMemo(() => itemColours(detections), [detections]);
  return {
    shown,
    chosen: shown.find(({ id }) => id === selected) ?? null,
    minConfidence,
    setMinConfidence,
    /** For the components that show it. */
    linked: { colourOf, highlight: { hovered, selected }, onHover, onSelect },
  };
}
