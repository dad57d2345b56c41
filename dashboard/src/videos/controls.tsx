import { Pause, Play } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { formatCount } from '../format/format.ts';
import { Button } from '../ui/button.tsx';
import { formatSeconds } from './format-seconds.ts';
import styles from './player.module.css';
import { useMoment, type Watched } from './use-moment.ts';

interface ControlsProps {
  watched: Watched;
  durationSeconds: number;
  /** false: the slider only moves through what was found. */
  canPlay: boolean;
}

/** Below the picture, where they hide no box. */
export function Controls({ watched, durationSeconds, canPlay }: ControlsProps) {
  const { playhead } = watched;
  const seconds = useSyncExternalStore(playhead.subscribe, playhead.seconds);
  const isPlaying = useSyncExternalStore(playhead.subscribe, playhead.isPlaying);
  const moment = useMoment(watched);
  const at = `${formatSeconds(seconds, { isExact: true })} of ${formatSeconds(durationSeconds)}`;
  return (
    <div className={styles.controls}>
      {canPlay && (
        <Button onClick={() => playhead.toggle()} aria-label={isPlaying ? 'Pause' : 'Play'}>
          {isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
      )}
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={at}
        min={0}
        max={durationSeconds}
        step={0.1}
        value={seconds}
        onChange={(event) => playhead.seek(Number(event.target.value))}
      />
      <span className={styles.time}>{at}</span>
      <span className={styles.count}>{describe(moment)}</span>
    </div>
  );
}

function describe(moment: ReturnType<typeof useMoment>): string {
  if (moment === null) return 'Not analysed';
  const { detections, labels } = moment;
  if (labels.length > 0 && detections.length === 0) return labels[0]!.name;
  return `${formatCount(detections.length)} in view`;
}
