import { useSubscription } from '@apollo/client/react';
import { useSyncExternalStore } from 'react';
import { formatCount, formatDecimal, formatDuration, formatShare, formatTime } from '../format/format.ts';
import { Stat, Stats } from '../ui/stat.tsx';
import { useNow } from '../ui/use-now.ts';
import type { LiveFeed } from './feed.ts';
import { LiveSystemDocument } from './live.generated.ts';

/** Counters of the last hour, and how the server is doing now. */
export function Figures({ feed }: { feed: LiveFeed }) {
  useSyncExternalStore(feed.subscribe, feed.version);
  const { succeeded, failed, latencies, minutes } = feed.hour.figures(useNow());
  const { data } = useSubscription(LiveSystemDocument);
  const system = data?.systemStatus;
  const recent = minutes.slice(-6, -1).reduce((sum, minute) => sum + minute.succeeded, 0) / 5;
  const working = system?.engines?.filter(({ state }) => state === 'READY' || state === 'BUSY').length;
  const { since } = feed.hour;
  const period = since === null ? 'in the last hour' : `since ${formatTime(since)}`;
  return (
    <Stats>
      <Stat label="Recognised" value={formatCount(succeeded)} unit={period} />
      <Stat label="Throughput" value={formatDecimal(recent)} unit="a minute, over five" />
      <Stat label="Latency, median" value={duration(latencies.quantile(0.5))} unit="from submission to result" />
      <Stat label="Latency, 95 %" value={duration(latencies.quantile(0.95))} unit="of pictures are faster" />
      <Stat label="Failed" unit={period} value={formatCount(failed)} tone={failed > 0 ? 'bad' : undefined} />
      <Stat label="Queue" value={system ? formatCount(system.queue.queued) : '–'} unit={queueUnit(system?.queue)} />
      <Stat
        label="Engines"
        value={system ? formatShare(system.usedCapacity) : '–'}
        unit={working === undefined ? 'busy' : `busy, ${working} running`}
      />
    </Stats>
  );
}

function duration(milliseconds: number | null): string {
  return milliseconds === null ? '–' : formatDuration(milliseconds);
}

function queueUnit(queue: { oldestQueuedSeconds: number | null; running: number } | undefined): string {
  if (queue === undefined) return '';
  const waits =
    queue.oldestQueuedSeconds === null ? '' : `, oldest ${formatDuration(queue.oldestQueuedSeconds * 1000)}`;
  return `waiting, ${formatCount(queue.running)} running${waits}`;
}
