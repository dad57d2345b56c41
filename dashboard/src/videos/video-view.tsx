import { Film, RotateCw } from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ExportButton } from '../exports/export-button.tsx';
import { formatDuration, formatShare } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { useScope } from '../scopes.ts';
import { ButtonLink } from '../ui/button.tsx';
import { itemColours } from '../ui/colour.ts';
import { OperationButton } from '../ui/operation-button.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { Linked } from './overlay.tsx';
import { Player } from './player.tsx';
import { Playhead } from './playhead.ts';
import { Timeline } from './timeline.tsx';
import { TrackList } from './track-list.tsx';
import { useFrames } from './use-frames.ts';
import { type ListedTrackFragment, VideoDetailsDocument, type VideoDetailsFragment } from './video.generated.ts';
import { VideoActions } from './video-actions.tsx';
import { VideoFacts } from './video-facts.tsx';
import { videoNameOf } from './video-name.ts';
import styles from './video-view.module.css';

interface VideoViewProps {
  analysis: VideoDetailsFragment;
  /** By its status, which a cancellation changes before the time of the end is read. */
  hasEnded: boolean;
  /** The second that was analysed last while the page was open; null: none was. */
  lastSecond: number | null;
}

export function VideoView({ analysis, hasEnded, lastSecond }: VideoViewProps) {
  const { id, status, failure, video, progress, etaSeconds, task } = analysis;
  const mayWrite = useScope('WRITE');
  const [playhead] = useState(() => new Playhead());
  const { frames, mostSeconds } = useFrames(analysis);
  const [hovered, onHover] = useState<number | null>(null);
  const [selected, onSelect] = useState<number | null>(null);
  const [item, setItem] = useState<{ id: string; name: string } | null>(null);
  // Told apart by colour: what is in the list.
  const [seen, setSeen] = useState<readonly ListedTrackFragment[]>([]);
  const colourOf = useMemo(() => itemColours(seen), [seen]);
  const frameError = useSyncExternalStore(frames.subscribe, frames.error);
  useEffect(() => {
    if (lastSecond !== null) frames.refresh(lastSecond);
  }, [frames, lastSecond]);
  const watched = useMemo(() => ({ playhead, frames, mostSeconds }), [playhead, frames, mostSeconds]);
  const linked: Linked = { hovered, selected, onHover, onSelect, colourOf };
  const name = videoNameOf(analysis);
  const durationSeconds = video?.decodedSeconds ?? video?.durationSeconds ?? Math.max(1, (lastSecond ?? 0) + 1);
  const reading = `${lastSecond} ${status}`;

  return (
    <Page
      title={name}
      aside={<StatusBadge status={status} />}
      actions={
        <>
          {video?.url && (
            <ButtonLink href={fileLink(video.url)} target="_blank" rel="noreferrer">
              <Film aria-hidden /> Original
            </ButtonLink>
          )}
          {mayWrite && <VideoActions {...{ id, name, hasEnded }} canRerun={video !== null} />}
          {mayWrite && <ExportButton filter={{ ids: [id] }} label="Export" mediaType="VIDEO" />}
          <OperationButton document={VideoDetailsDocument} variables={{ id }} />
        </>
      }
    >
      {failure && <Problem error={failure} />}
      {status === 'RUNNING' && (
        <p className={styles.progress} role="status">
          <RotateCw aria-hidden /> {describeProgress(progress, etaSeconds)}
          <progress aria-label="Analysed" max={1} value={progress ?? undefined} />
        </p>
      )}
      {frameError != null && <Problem error={frameError} retry={() => frames.retry()} />}
      <div className={styles.main}>
        <div className={styles.stage}>
          <Player {...{ video, name, durationSeconds, watched, linked }} />
          <Timeline {...{ id, durationSeconds, playhead, item, reading }} />
        </div>
        {task.type === 'DETECTION' && (
          <TrackList {...{ id, playhead, linked, reading }} onItem={setItem} onTracks={setSeen} />
        )}
      </div>
      <VideoFacts analysis={analysis} />
    </Page>
  );
}

function describeProgress(progress: number | null, etaSeconds: number | null): string {
  if (progress === null) return 'The first second is being analysed.';
  const left = etaSeconds === null ? '' : `, about ${formatDuration(etaSeconds * 1000)} left`;
  return `${formatShare(progress)} analysed${left}. What was found so far is here.`;
}
