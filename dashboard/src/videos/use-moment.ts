import { useSyncExternalStore } from 'react';
import { type Moment, momentAt } from './boxes-at.ts';
import type { FrameStore } from './frame-store.ts';
import type { Playhead } from './playhead.ts';

export interface Watched {
  playhead: Playhead;
  frames: FrameStore;
  /** For so long after it a frame counts. */
  mostSeconds: number;
}

/** What is seen where the video is being watched, rendered again as it plays and as frames arrive. null: nothing is known. */
export function useMoment({ playhead, frames, mostSeconds }: Watched): Moment | null {
  const seconds = useSyncExternalStore(playhead.subscribe, playhead.seconds);
  const around = useSyncExternalStore(frames.subscribe, () => frames.around(seconds));
  return momentAt(around, seconds, mostSeconds);
}
