import { useSyncExternalStore } from 'react';
import { formatDuration } from '../format/format.ts';
import { Card } from '../ui/card.tsx';
import { Chart } from '../ui/chart.tsx';
import { useNow } from '../ui/use-now.ts';
import type { LiveFeed } from './feed.ts';
import styles from './hour-chart.module.css';

/** Throughput and latency of the last hour, a minute a point. */
export default function HourChart({ feed }: { feed: LiveFeed }) {
  useSyncExternalStore(feed.subscribe, feed.version);
  const { minutes } = feed.hour.figures(useNow());
  const times = minutes.map(({ startSeconds }) => startSeconds);
  return (
    <div className={styles.charts}>
      <Card title="Pictures a minute">
        <Chart
          times={times}
          series={[
            { label: 'Succeeded', colour: '--good', values: minutes.map(({ succeeded }) => succeeded), kind: 'bars' },
            { label: 'Failed', colour: '--bad', values: minutes.map(({ failed }) => failed), kind: 'bars' },
          ]}
        />
      </Card>
      <Card title="Latency, median">
        <Chart
          times={times}
          formatValue={formatDuration}
          series={[
            {
              label: 'From submission to result',
              colour: '--accent',
              values: minutes.map(({ medianMs }) => medianMs),
              kind: 'line',
            },
          ]}
        />
      </Card>
    </div>
  );
}
