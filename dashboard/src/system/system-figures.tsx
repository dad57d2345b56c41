import { formatCount, formatDecimal, formatDuration, formatShare } from '../format/format.ts';
import { Stat, Stats } from '../ui/stat.tsx';
import type { SystemSubscription } from './system.generated.ts';

export function SystemFigures({ status }: { status: SystemSubscription['systemStatus'] }) {
  const { queue, usedCapacity, imagesPerSecond, latency, videoLatency } = status;
  return (
    <Stats>
      <Stat label="Waiting" value={formatCount(queue.queued)} unit="analyses" />
      <Stat label="Oldest waits" value={duration(queue.oldestQueuedSeconds, 1000)} />
      <Stat label="Running" value={formatCount(queue.running)} unit="analyses" />
      <Stat label="Used capacity" value={formatShare(usedCapacity)} unit="of the engines" />
      <Stat label="Throughput" value={formatDecimal(imagesPerSecond)} unit="images a second" />
      <Stat label="Time per image" value={duration(latency.millisecondsPerUnit, 1)} unit="in an engine, over 5 min" />
      {videoLatency.millisecondsPerUnit !== null && (
        <Stat
          label="Time per second of video"
          value={duration(videoLatency.millisecondsPerUnit, 1)}
          unit="in an engine, over 5 min"
        />
      )}
    </Stats>
  );
}

function duration(value: number | null, millisecondsEach: number): string {
  return value === null ? '–' : formatDuration(value * millisecondsEach);
}
