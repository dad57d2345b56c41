/** What a video file says about itself, before any of it is decoded. */
export interface VideoInfo {
  container: VideoContainer;
  /** FFmpeg's name, for example h264, hevc, vp9, av1 or mjpeg. */
  codec: string;
  /** In pixels, as shown: rotated, and with pixels that are not square stretched. Every frame has this size. */
  width: number;
  height: number;
  /** Degrees clockwise by which players turn the stored pictures: 0, 90, 180 or 270. `width` and `height` contain it already. */
  rotation: Rotation;
  /** Duration of the video stream according to the file's header, which may be false; null: the header does not say. */
  headerSeconds: number | null;
  /** Mean frames a second according to the header; null: unknown. */
  frameRate: number | null;
}

export const videoContainers = ['MP4', 'QUICKTIME', 'WEBM', 'MATROSKA', 'AVI'] as const;
export type VideoContainer = (typeof videoContainers)[number];
export type Rotation = 0 | 90 | 180 | 270;

/** Which frames of a video are wanted. */
export interface Sampling {
  /**
   * At most one frame of each interval of 1 / framesPerSecond seconds, the first in it. Intervals are counted from the beginning of the
   * video, so a decoder that starts later (`fromSeconds`) delivers the same frames.
   */
  framesPerSecond: number;
  /** Only frames that can be decoded without others: much faster, but where they are is up to the encoder, often every 2 to 10 s. */
  keyFramesOnly: boolean;
  /** null: as many as there are. */
  maxFrames: number | null;
  /** Frames before this time are not delivered. 0: from the beginning. */
  fromSeconds: number;
}

/** How videos are decoded, and what one may cost. */
export interface DecoderSettings {
  /** `node-av`, or the path of an ffmpeg program; null: videos are not decoded. */
  program: string | null;
  /** A longer video is a VIDEO_TOO_LONG, whether its header says so or its frames show it. */
  maxSeconds: number;
  /** Of a frame, as shown. */
  maxPixels: number;
  /** Resident memory of the decoder's process. */
  maxMemoryBytes: number;
  /** Processor time: this much in all, and `cpuSecondsPerSecond` more for each second of the video that was decoded. */
  cpuSeconds: number;
  cpuSecondsPerSecond: number;
  /** Elapsed time without any progress while a frame is awaited. */
  silenceMs: number;
  /** On which one video is decoded. */
  threads: number;
}

export interface VideoFrame {
  /** From the beginning of the video. */
  timeSeconds: number;
  width: number;
  height: number;
  /** Red, green and blue, a byte each, row by row without padding. */
  pixels: Buffer;
}

/** What decoding showed. */
export interface VideoEnd {
  /** Where the last decoded frame ends. */
  decodedSeconds: number;
  /** Whether the file ends before the duration that its header says. Always false when `maxFrames` ended the decoding. */
  truncated: boolean;
  /** Decoded frames that the decoder reported as damaged; what it could not restore in them is concealed. Skipped ones are never looked at. */
  damagedFrames: number;
}

/** A video that is being decoded in a process of its own. */
export interface OpenVideo {
  info: VideoInfo;
  /**
   * The sampled frames in order; may be iterated once. The decoder works a few frames ahead, no more.
   * @throws VideoFailure when the decoder fails or dies. Frames delivered before are good.
   */
  frames: AsyncIterable<VideoFrame>;
  /** Resolves when all frames were delivered; rejects as `frames` does, or when it was closed before. */
  ended: Promise<VideoEnd>;
  /** Lets the pixels of a frame be overwritten by a later one. May be omitted: memory is then allocated for each frame. */
  giveBack(pixels: Buffer): void;
  /** Ends the process, if it still runs; resolves when it has ended. Always to be called; may be called at any time and repeatedly. */
  close(): Promise<void>;
}
