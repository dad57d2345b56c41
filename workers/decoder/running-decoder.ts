import type { FrameBuffers } from './frame-buffers.ts';
import type { WatchedProcess } from './process/watched-process.ts';
import type { VideoEnd, VideoFrame, VideoInfo } from './video.ts';

/** What each implementation of a decoder provides. */
export interface RunningDecoder {
  info: VideoInfo;
  /** To be iterated once, to its end or until the process is killed. Throws VideoFailure. */
  frames: AsyncGenerator<VideoFrame, VideoEnd, undefined>;
  /** Where the pixels of its frames come from. */
  buffers: FrameBuffers;
  process: WatchedProcess;
}
