import type { VideoContainer } from './video.ts';

/** A video to decode, as both implementations get it. */
export interface VideoFile {
  /** Absolute. */
  path: string;
  container: VideoContainer;
}
