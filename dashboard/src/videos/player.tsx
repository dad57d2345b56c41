import { useCallback, useState } from 'react';
import { fileLink } from '../graphql/file-link.ts';
import { Controls } from './controls.tsx';
import { type Linked, Overlay } from './overlay.tsx';
import styles from './player.module.css';
import { Still } from './still.tsx';
import type { Watched } from './use-moment.ts';
import { usePoster } from './use-poster.ts';
import type { VideoDetailsFragment } from './video.generated.ts';

interface PlayerProps {
  video: VideoDetailsFragment['video'];
  name: string;
  durationSeconds: number;
  watched: Watched;
  linked: Linked;
}

/** Codecs that people know by another name. */
const codecs: Record<string, string> = { h264: 'H.264', hevc: 'H.265 (HEVC)', vp9: 'VP9', av1: 'AV1', mjpeg: 'MJPEG' };

/** The video with boxes over it. If the browser cannot play it, its frames are shown one by one. */
export function Player({ video, name, durationSeconds, watched, linked }: PlayerProps) {
  const [isUnplayable, setIsUnplayable] = useState(false);
  const { playhead } = watched;
  const follow = useCallback((element: HTMLVideoElement) => playhead.attach(element), [playhead]);
  const url = video?.url ?? null;
  const poster = usePoster(video?.posterUrl ?? null);
  const canPlay = url !== null && !isUnplayable;
  const [width, height] = [video?.width ?? 16, video?.height ?? 9];
  return (
    <figure className={styles.player} aria-label={`${name}, with what was found`}>
      <div className={styles.stage} style={{ aspectRatio: `${width} / ${height}` }}>
        {canPlay ? (
          // Its sound is of no use here. The controls are ours, because those of the browser would lie over the boxes.
          <video
            ref={follow}
            className={styles.video}
            src={fileLink(url)}
            muted
            playsInline
            preload="auto"
            aria-label={name}
            poster={poster}
            onError={() => setIsUnplayable(true)}
          />
        ) : (
          <Still watched={watched} />
        )}
        <Overlay watched={watched} linked={linked} />
      </div>
      <Controls {...{ watched, durationSeconds, canPlay }} />
      {!canPlay && <p className={styles.note}>{whyNot(video, isUnplayable)}</p>}
    </figure>
  );
}

function whyNot(video: PlayerProps['video'], isUnplayable: boolean): string {
  if (video === null) return 'The video has been deleted. What was found in it is still there.';
  if (!isUnplayable) return 'The video has not arrived yet.';
  const codec = video.codec === null ? 'this video' : `video in ${codecs[video.codec] ?? video.codec}`;
  return `This browser cannot play ${codec}. Its analysed frames are shown instead; Original downloads the video for another player.`;
}
