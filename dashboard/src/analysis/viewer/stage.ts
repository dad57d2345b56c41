import type { ItemColours } from '../../ui/colour.ts';
import type { FoundProduct } from '../found-product.ts';
import { boxAt, drawBoxes, type Highlight } from './boxes.ts';
import { followGestures } from './gestures.ts';
import { fitInto, type Point, pan, type Size, type View, zoom } from './view.ts';

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
  #detections: readonly FoundProduct[] = [];
  #colourOf: ItemColours = () => '';
  #highlight: Highlight = { hovered: null, selected: null };
  #drawing = 0;

  /** @param picture its size in pixels, after its orientation is applied */
  constructor(elements: StageElements, picture: Size, events: StageEvents) {
    this.#elements = elements;
    this.#picture = picture;
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(elements.frame);
    this.#stops.push(
      () => resized.disconnect(),
      followGestures(elements.frame, {
        pan: (by) => this.pan(by),
        zoom: (factor, at) => this.zoom(factor, at),
        hover: (at) => events.onHover(at && this.#idAt(at)),
        click: (at) => events.onSelect(this.#idAt(at)),
      }),
    );
  }

  show(detections: readonly FoundProduct[], colourOf: ItemColours, highlight: Highlight): void {
    this.#detections = detections;
    this.#colourOf = colourOf;
    this.#highlight = highlight;
    this.#draw();
  }

  showAll(): void {
    this.#move(fitInto(this.#frame, this.#picture));
  }

  /** @param at default: the middle of the frame */
  zoom(factor: number, at: Point = { x: this.#frame.width / 2, y: this.#frame.height / 2 }): void {
    this.#move(zoom(this.#view, factor, at, this.#frame, this.#picture));
  }

  pan(by: Point): void {
    this.#move(pan(this.#view, by, this.#frame, this.#picture));
  }

  close(): void {
    cancelAnimationFrame(this.#drawing);
    for (const stop of this.#stops) stop();
  }

  #idAt(at: Point): string | null {
    return boxAt(this.#detections, at, this.#view, this.#picture)?.id ?? null;
  }

  #resize(): void {
    const { frame, canvas } = this.#elements;
    this.#frame = { width: frame.clientWidth, height: frame.clientHeight };
    canvas.width = this.#frame.width * devicePixelRatio;
    canvas.height = this.#frame.height * devicePixelRatio;
    this.showAll();
  }

  #move(view: View): void {
    this.#view = view;
    this.#draw();
  }

  #draw(): void {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      const { picture, canvas } = this.#elements;
      const { x, y, scale } = this.#view;
      picture.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      const context = canvas.getContext('2d')!;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      drawBoxes(
        context,
        this.#detections,
        { view: this.#view, picture: this.#picture, frame: this.#frame, colourOf: this.#colourOf },
        this.#highlight,
      );
    });
  }
}
