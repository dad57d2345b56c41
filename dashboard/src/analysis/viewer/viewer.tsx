import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { fileLink } from '../../graphql/file-link.ts';
import { Picture } from '../../pictures/picture.tsx';
import type { ItemColours } from '../../ui/colour.ts';
import type { FoundProduct, PartBox } from '../found-product.ts';
import type { Highlight } from './boxes.ts';
import { Stage } from './stage.ts';
import styles from './viewer.module.css';

const step = 1.4;
const panPixels = 60;

interface ViewerProps {
  /** The preview is shown until the picture has arrived. */
  image: { url: string; preview: string | null; width: number; height: number };
  name: string;
  /** Those that are shown. */
  detections: readonly FoundProduct[];
  /** Empty stretches of shelves. Default: none are drawn. */
  gaps?: readonly { box: PartBox }[] | undefined;
  colourOf: ItemColours;
  highlight: Highlight;
  onHover(detectionId: string | null): void;
  onSelect(detectionId: string | null): void;
  /** The part to look at, whenever it changes. Default: the whole picture. */
  part?: PartBox | null;
  /** A drag draws a box, instead of moving the picture. */
  drawing?: { draft: PartBox | null; onDraw(box: PartBox): void } | null;
  /** Whether N, P and Escape choose boxes. Default: true. */
  choosesByKey?: boolean;
}

/** The picture with its boxes: wheel, pinch and keys zoom, dragging moves it. */
export function Viewer(props: ViewerProps) {
  const { image, name, detections, colourOf, highlight, onHover, onSelect } = props;
  const { gaps = [], part = null, drawing = null, choosesByKey = true } = props;
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage>(null);
  const helpId = useId();
  const { width, height } = image;

  useEffect(() => {
    const elements = { frame: frame.current!, picture: picture.current!, canvas: canvas.current! };
    const made = new Stage(elements, { width, height }, { onHover, onSelect });
    stage.current = made;
    return () => made.close();
  }, [width, height, onHover, onSelect]);
  useEffect(() => stage.current?.show(detections, gaps, colourOf, highlight));
  useEffect(() => stage.current?.draw(drawing));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture has another stage
  useEffect(() => {
    if (part !== null) stage.current?.showPart(part);
  }, [part, width, height]);

  const panKeys = {
    ArrowLeft: () => stage.current?.pan({ x: panPixels, y: 0 }),
    ArrowRight: () => stage.current?.pan({ x: -panPixels, y: 0 }),
    ArrowUp: () => stage.current?.pan({ x: 0, y: panPixels }),
    ArrowDown: () => stage.current?.pan({ x: 0, y: -panPixels }),
  };
  const chooseKeys = {
    n: () => onSelect(neighbour(detections, highlight.selected, 1)),
    p: () => onSelect(neighbour(detections, highlight.selected, -1)),
    Escape: () => onSelect(null),
  };
  const actions: Record<string, () => void> = {
    '+': () => stage.current?.zoom(step),
    '=': () => stage.current?.zoom(step),
    '-': () => stage.current?.zoom(1 / step),
    0: () => stage.current?.showAll(),
    ...(drawing === null && panKeys),
    ...(choosesByKey && chooseKeys),
  };
  const press = (event: KeyboardEvent) => {
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  };

  return (
    <div className={styles.viewer}>
      <div
        ref={frame}
        className={styles.frame}
        data-drawing={drawing !== null || undefined}
        role="group"
        tabIndex={0}
        aria-label="Picture"
        aria-describedby={helpId}
        onKeyDown={press}
      >
        <Picture
          ref={picture}
          url={image.url}
          alt={`${name}, with ${detections.length} boxes${gaps.length > 0 ? `, empty places: ${gaps.length}` : ''}`}
          className={styles.picture}
          width={width}
          height={height}
          draggable={false}
          style={image.preview === null ? {} : { backgroundImage: `url("${fileLink(image.preview)}")` }}
        />
        <canvas ref={canvas} className={styles.canvas} />
      </div>
      <p id={helpId} className="visually-hidden">
        Plus and minus zoom, the arrow keys move the picture, 0 shows all of it
        {choosesByKey && ', N and P choose the next box and the one before'}.
      </p>
      <div className={styles.controls}>
        <button type="button" aria-label="Zoom in" onClick={actions['+']}>
          <ZoomIn aria-hidden />
        </button>
        <button type="button" aria-label="Zoom out" onClick={actions['-']}>
          <ZoomOut aria-hidden />
        </button>
        <button type="button" aria-label="Show the whole picture" onClick={actions[0]}>
          <Maximize aria-hidden />
        </button>
      </div>
    </div>
  );
}

/** The detection after or before the chosen one; round and round. */
function neighbour(detections: readonly FoundProduct[], selected: string | null, step: 1 | -1): string | null {
  const index = detections.findIndex(({ id }) => id === selected);
  const first = step === 1 ? 0 : -1;
  return (
    (index < 0 ? detections.at(first) : detections[(index + step + detections.length) % detections.length])?.id ?? null
  );
}
