import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatCount, formatMinute } from '../format/format.ts';
import styles from './chart.module.css';

const height = 132;
/** Between the lines of the grid: of counts there are no halves. */
const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

export interface ChartSeries {
  label: string;
  /** A custom property of the theme, for example `--good`. */
  colour: string;
  /** One for each time; null: no value. */
  values: readonly (number | null)[];
  kind: 'bars' | 'line';
}

interface ChartProps {
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly ChartSeries[];
  formatValue?: (value: number) => string;
  /** Default: hours and minutes. */
  formatTime?: (time: Date) => string;
  /** A line at a time that is shown elsewhere, and what a click on another time does. Then times are no times of the day. */
  marker?: { at: number; onPick(time: number): void };
}

/** Values over time. What it shows is also in its legend, which follows the pointer. */
export function Chart({ times, series, formatValue = formatCount, formatTime = formatMinute, marker }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...series.map(({ values }) => values)] as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const marked = useRef(marker);
  marked.current = marker;

  // biome-ignore lint/correctness/useExhaustiveDependencies: of one chart only the values change
  useEffect(() => {
    const parent = element.current!;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        options(parent.clientWidth, { series, formatValue, formatTime, marked: marker && marked }),
        latest.current,
        parent,
      );
    };
    draw();
    const pick = () => {
      const [at, mark] = [plot.current?.cursor.left ?? -1, marked.current];
      if (at >= 0) mark?.onPick(plot.current!.posToVal(at, 'x'));
    };
    parent.addEventListener('click', pick);
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: parent.clientWidth, height }));
    resized.observe(parent);
    // A canvas knows nothing of style sheets: it is drawn again in the colours of the other theme.
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      parent.removeEventListener('click', pick);
      scheme.removeEventListener('change', draw);
      resized.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(latest.current));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the line has moved
  useEffect(() => plot.current?.redraw(false), [marker?.at]);

  return <div ref={element} className={styles.chart} data-picks={marker && true} />;
}

interface Look extends Required<Pick<ChartProps, 'series' | 'formatValue' | 'formatTime'>> {
  marked: { readonly current: ChartProps['marker'] } | undefined;
}

function options(width: number, { series, formatValue, formatTime, marked }: Look): uPlot.Options {
  const formatClock = (seconds: number) => formatTime(new Date(seconds * 1000));
  const axis = {
    stroke: themeColour('--text-soft'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: themeColour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    cursor: { drag: { setScale: false }, y: false },
    ...(marked && { hooks: { draw: [(plot) => drawMarker(plot, marked.current?.at ?? 0)] } }),
    scales: { x: { time: !marked }, y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, 1) * 1.1] } },
    axes: [
      { ...axis, grid: { show: false }, size: 30, space: 90, values: (_plot, splits) => splits.map(formatClock) },
      { ...axis, size: 64, incrs: steps, values: (_plot, splits) => splits.map(formatValue) },
    ],
    series: [
      {
        label: 'Time',
        value: (_plot, seconds) => (seconds === null ? '–' : formatClock(seconds)),
      },
      ...series.map(({ label, colour, kind }) => ({
        label,
        stroke: themeColour(colour),
        value: (_plot: uPlot, value: number | null) => (value === null ? '–' : formatValue(value)),
        ...(kind === 'bars'
          ? {
              fill: themeColour(colour),
              width: 0,
              paths: uPlot.paths.bars!({ size: [0.7, 24] }),
              points: { show: false },
            }
          : { width: 2, points: { show: true, size: 5, fill: themeColour(colour) } }),
      })),
    ],
  };
}

function drawMarker(plot: uPlot, at: number): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.fillStyle = themeColour('--text');
  ctx.fillRect(x - devicePixelRatio, bbox.top, 2 * devicePixelRatio, bbox.height);
}

/** Custom properties hold both themes (`light-dark()`); the browser resolves them where they are used as a colour. */
function themeColour(property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
