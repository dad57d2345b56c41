import { useApolloClient } from '@apollo/client/react';
import { useMemo, useSyncExternalStore } from 'react';
import { formatDecimal } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import { Chart, type ChartSeries } from '../ui/chart.tsx';
import { Problem } from '../ui/problem.tsx';
import { formatSeconds } from './format-seconds.ts';
import type { Playhead } from './playhead.ts';
import { readAll } from './read-all.ts';
import { useReloaded } from './use-reloaded.ts';
import { type CountedIntervalFragment, VideoIntervalsDocument } from './video.generated.ts';

/** More are narrower than a pixel of a phone. */
const mostIntervals = 400;
const colours = ['--accent', '--good', '--warn'] as const;

interface TimelineProps {
  id: string;
  durationSeconds: number;
  playhead: Playhead;
  /** A track of this item is selected, whose count is shown beside that of everything; null: none is. */
  item: { id: string; name: string } | null;
  /** Changes when more is analysed. */
  reading: unknown;
}

/** How much is in view over the time of the video. A click goes there. */
export function Timeline({ id, durationSeconds, playhead, item, reading }: TimelineProps) {
  const apollo = useApolloClient();
  const seconds = Math.max(1, Math.ceil(durationSeconds / mostIntervals));
  const { value, error, retry } = useReloaded(
    () =>
      readAll(async (after) => {
        const variables = { id, seconds, fromSeconds: 0, after };
        const { data } = await apollo.query({ query: VideoIntervalsDocument, variables, fetchPolicy: 'no-cache' });
        return data?.node?.__typename === 'VideoAnalysis' ? data.node.intervals : null;
      }),
    reading,
  );
  const series = useMemo(() => toSeries(value ?? [], item), [value, item]);
  const second = useSyncExternalStore(playhead.subscribe, () => Math.floor(playhead.seconds() * 4) / 4);
  if (error != null) return <Problem error={error} retry={retry} />;
  if (value === null || value.length === 0) return null;
  return (
    <Card title={seconds === 1 ? 'In view, by second' : `In view, by ${seconds} seconds`}>
      <Chart
        // Other lines are another chart.
        key={series.map(({ label }) => label).join('\n')}
        times={value.map(({ fromSeconds }) => fromSeconds)}
        series={series}
        formatValue={formatDecimal}
        formatTime={(time) => formatSeconds(time.getTime() / 1000)}
        marker={{ at: second, onPick: (time) => playhead.seek(time) }}
      />
    </Card>
  );
}

/** Of things, how many are in view; of pictures that are labelled as a whole, the share of the most frequent labels. */
function toSeries(intervals: readonly CountedIntervalFragment[], item: TimelineProps['item']): ChartSeries[] {
  const line = (label: string, colour: string, countOf: (counts: CountedIntervalFragment['counts']) => number) => ({
    ...{ label, colour, kind: 'line' as const },
    values: intervals.map(({ counts }) => countOf(counts)),
  });
  const sum = (counts: CountedIntervalFragment['counts']) => counts.reduce((total, { mean }) => total + mean, 0);
  const all = line('Everything', colours[0], sum);
  if (item === null) return [all];
  const ofItem = (counts: CountedIntervalFragment['counts']) =>
    sum(counts.filter(({ catalogItem }) => catalogItem?.id === item.id));
  return [all, line(item.name, colours[1], ofItem)];
}
