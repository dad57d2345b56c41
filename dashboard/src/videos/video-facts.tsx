import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatBytes, formatCount, formatDateTime, formatDecimal, formatDuration } from '../format/format.ts';
import { placeAddress, visitAddress } from '../places/addresses.ts';
import { FactList } from '../ui/fact-list.tsx';
import type { VideoDetailsFragment } from './video.generated.ts';

/** What else is known of a video analysis; what there is not is left out. */
export function VideoFacts({ analysis }: { analysis: VideoDetailsFragment }) {
  const { id, task, pipeline, video, sampling, sampledFrames, timings, placeId, visit, rerunOf } = analysis;
  const facts: [string, ReactNode][] = [
    ['Id', <code key="id">{id}</code>],
    [
      'Task',
      <Link key="task" to={`/videos?task=${task.id}`}>
        {task.name}
      </Link>,
    ],
    ['Pipeline', `${pipeline.name} ${pipeline.version}`],
    ['Submitted', formatDateTime(analysis.createdAt)],
    ['Ended', analysis.finishedAt && formatDateTime(analysis.finishedAt)],
    [
      'Place',
      placeId && (
        <Link key="place" to={placeAddress(placeId)}>
          {placeId}
        </Link>
      ),
    ],
    [
      'Visit',
      visit && (
        <Link key="visit" to={visitAddress(visit.id)}>
          {visit.visitId}
        </Link>
      ),
    ],
    ['Video', video?.width && `${formatCount(video.width)} × ${formatCount(video.height ?? 0)} pixels, ${video.codec}`],
    ['Size', video?.byteSize && formatBytes(video.byteSize)],
    ['Cut off', video?.truncated && 'The file ends before the duration that its header states.'],
    ['Frames', sampledFrames !== null && `${formatCount(sampledFrames)} analysed, ${describeSampling(sampling)}`],
    ['A second of video', timings && `took ${formatDuration(timings.processingMs)}`],
    [
      'Rerun of',
      rerunOf && (
        <Link key="rerun" to={`/videos/${rerunOf.id}`}>
          {rerunOf.id}
        </Link>
      ),
    ],
    ...Object.entries(analysis.metadata).map(([key, value]): [string, ReactNode] => [key, String(value)]),
  ];
  return <FactList facts={facts} />;
}

function describeSampling({ framesPerSecond, keyFramesOnly }: VideoDetailsFragment['sampling']): string {
  const rate = `at most ${formatDecimal(framesPerSecond)} a second`;
  return keyFramesOnly ? `${rate}, key frames only` : rate;
}
