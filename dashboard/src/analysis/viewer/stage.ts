import type { ItemColours } from '../../ui/colour.ts';
import type { FoundProduct, PartBox } from '../found-product.ts';
import { boxAt, drawBoxes, drawCorners, drawGaps, type Highlight } from './boxes.ts';
import { Drawing } from './drawing.ts';
import { followGestures } from './gestures.ts';
import { fitInto, fitPart, type Point, pan, type Size, type View, zoom } from './view.ts';

export interface StageElements {
  frame: HTMLElement;
  picture: HTMLImageElement;
  canvas: HTMLCanvasElement;
}

export interface StageEvents {
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
}

/**
 * The picture with its boxes as it is zoomed and moved. It draws by itself, once a frame at most, so that React renders nothing
 * meanwhile.
 */
export class Stage {
  readonly #elements: StageElements;
  readonly #picture: Size;
  readonly #stops: (() => void)[] = [];
  #frame: Size = { width: 0, height: 0 };
  #view: View = { x: 0, y: 0, scale: 1 };
  /** What is looked at; null: all of it. */
  #part: PartBox | null = null;
  #drawing: Drawing | null = null;
  #detections: readonly FoundProduct[] = [];
  #gaps: readonly { box: PartBox }[] = [];
  #colourOf: ItemColours = () => '';
  #highlight: Highlight = { hovered: null, selected: null };
  #frameRequest = 0;

  /** @param picture its size in pixels, after its orientation is applied */
  constructor(elements: StageElements, picture: Size, events: StageEvents) {
    this.#elements = elements;
    this.#picture = picture;
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(elements.frame);
    this.#stops.push(
      () => resized.disconnect(),
      followGestures(elements.frame, {
        drag: (by, from, to) => this.#drag(by, from, to),
        pan: (by) => this.pan(by),
        zoom: (factor, at) => this.zoom(factor, at),
        hover: (at) => events.onHover(at && this.#idAt(at)),
        click: (at) => this.#drawing === null && events.onSelect(this.#idAt(at)),
      }),
    );
  }

  show(
    detections: readonly FoundProduct[],
    gaps: readonly { box: PartBox }[],
    colourOf: ItemColours,
    highlight: Highlight,
  ): void {
    this.#detections = detections;
    this.#gaps = gaps;
    this.#colourOf = colourOf;
    this.#highlight = highlight;
    this.#draw();
  }

  showAll(): void {
    this.#part = null;
    this.#move(fitInto(this.#frame, this.#picture));
  }

  /** Moves to a part of the picture, and stays with it when the frame changes its size. */
  showPart(part: PartBox): void {
    this.#part = part;
    if (this.#frame.width > 0) this.#move(fitPart(part, this.#frame, this.#picture));
  }

  /** From now on a drag draws a box, or moves `draft` or the corner of it that it begins at. Null: it moves the picture. */
  draw(drawing: { draft: PartBox | null; onDraw(box: PartBox): void } | null): void {
    this.#drawing = drawing && (this.#drawing ?? new Drawing());
    if (drawing !== null) this.#drawing?.follow(drawing);
    this.#draw();
  }

  /** @param at default: the middle of the frame */
  zoom(factor: number, at: Point = { x: this.#frame.width / 2, y: this.#frame.height / 2 }): void {
    this.#move(zoom(this.#view, factor, at, this.#frame, this.#picture));
  }

  pan(by: Point): void {
    this.#move(pan(this.#view, by, this.#frame, this.#picture));
  }

  close(): void {
    cancelAnimationFrame(this.#frameRequest);
    for (const stop of this.#stops) stop();
  }

  #drag(by: Point, from: Point, to: Point): void {
    if (this.#drawing === null) this.pan(by);
    else this.#drawing.drag(from, to, this.#view, this.#picture);
  }

  #idAt(at: Point): string | null {
    return boxAt(this.#detections, at, this.#view, this.#picture)?.id ?? null;
  }

  #resize(): void {
    const { frame, canvas } = this.#elements;
    this.#frame = { width: frame.clientWidth, height: frame.clientHeight };
    canvas.width = this.#frame.width * devicePixelRatio;
    canvas.height = this.#frame.height * devicePixelRatio;
    if (this.#part === null) this.showAll();
    else this.showPart(this.#part);
  }

  #move(view: View): void {
    this.#view = view;
    this.#draw();
  }

  #draw(): void {
    this.#frameRequest ||= requestAnimationFrame(() => {
      this.#frameRequest = 0;
      const { picture, canvas } = this.#elements;
      const { x, y, scale } = this.#view;
      picture.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      const context = canvas.getContext('2d')!;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      const place = { view: this.#view, picture: this.#picture, frame: this.#frame, colourOf: this.#colourOf };
      drawBoxes(context, this.#detections, place, this.#highlight);
      drawGaps(context, this.#gaps, place);
      if (this.#drawing?.draft) drawCorners(context, this.#drawing.draft, place);
    });
  }
}
