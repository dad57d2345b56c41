import type { Point } from './view.ts';

export interface GestureHandlers {
  /** One pointer moves. @param from where it went down, the same object until it is lifted */
  drag(by: Point, from: Point, to: Point): void;
  /** Two pointers move. */
  pan(by: Point): void;
  zoom(factor: number, at: Point): void;
  /** The pointer rests over a point; null: it has left. */
  hover(at: Point | null): void;
  click(at: Point): void;
}

/** Pixels that a finger may tremble without it being a drag. */
const stillPixels = 4;

/**
 * Wheel, drag and pinch on an element, with points in its own pixels.
 * @returns how to stop
 */
export function followGestures(element: HTMLElement, handlers: GestureHandlers): () => void {
  const pointers = new Map<number, Point>();
  let moved = 0;
  let from: Point = { x: 0, y: 0 };
  const listening = new AbortController();
  const { signal } = listening;

  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    // A pinch on a touchpad arrives as a wheel with Ctrl, in smaller steps.
    const step = event.ctrlKey ? 0.01 : 0.0018;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    handlers.zoom(Math.exp(-pixels * step), pointOf(event));
  };

  const down = (event: PointerEvent) => {
    if (pointers.size === 0) {
      moved = 0;
      from = pointOf(event);
    }
    pointers.set(event.pointerId, pointOf(event));
    element.setPointerCapture(event.pointerId);
  };

  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    const now = pointOf(event);
    if (before === undefined) return handlers.hover(now);
    pointers.set(event.pointerId, now);
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) return handlers.drag({ x: now.x - before.x, y: now.y - before.y }, from, now);
    // Two fingers: each move of one is half of the pan, and the distance is the zoom.
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    handlers.pan({ x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 });
    handlers.zoom(distance(now, other) / Math.max(distance(before, other), 1), middle);
  };

  const up = (event: PointerEvent) => {
    const wasClick = pointers.size === 1 && moved <= stillPixels && event.type === 'pointerup';
    pointers.delete(event.pointerId);
    if (wasClick) handlers.click(pointOf(event));
  };

  element.addEventListener('wheel', wheel, { passive: false, signal });
  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', up, { signal });
  element.addEventListener('pointercancel', up, { signal });
  element.addEventListener('pointerleave', () => handlers.hover(null), { signal });
  return () => listening.abort();
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
