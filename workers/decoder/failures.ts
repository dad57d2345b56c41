import { VideoFailure } from './video-failure.ts';

const supported = 'Send MP4, QuickTime, WebM, Matroska or AVI.';
const saveAgain = 'Save it again as MP4 with H.264.';

export function notAVideo(): VideoFailure {
  return new VideoFailure('INVALID_VIDEO', `The file is not a video of a supported format. ${supported}`);
}

/** @param detail what FFmpeg says */
export function unreadable(detail: string): VideoFailure {
  const message =
    'The video cannot be opened: its index is missing or damaged. If it was cut off while it was recorded or sent, send the whole file.';
  return new VideoFailure('INVALID_VIDEO', message, detail);
}

export function withoutPictures(): VideoFailure {
  return new VideoFailure(
    'INVALID_VIDEO',
    `The file contains no video, only other streams such as sound. ${supported}`,
  );
}

export function unsupportedCodec(codec: string): VideoFailure {
  return new VideoFailure('INVALID_VIDEO', `The video is encoded as ${codec}, which is not read. ${saveAgain}`);
}

export function withoutFrames(detail: string | null): VideoFailure {
  return new VideoFailure('INVALID_VIDEO', `No frame of the video can be decoded. ${saveAgain}`, detail);
}

export function tooManyPixels(width: number, height: number, maxPixels: number): VideoFailure {
  return new VideoFailure(
    'INVALID_VIDEO',
    `The pictures of the video are ${width} × ${height} pixels; at most ${Math.floor(maxPixels / 1e6)} megapixels are read. Make them smaller.`,
  );
}

export function tooLong(seconds: number, maxSeconds: number): VideoFailure {
  return new VideoFailure(
    'VIDEO_TOO_LONG',
    `The video is ${Math.round(seconds)} s long; at most ${maxSeconds} s are read. Cut it into parts.`,
  );
}

/** @param detail for the operator */
export function unavailable(detail: string | null = null): VideoFailure {
  return new VideoFailure(
    'VIDEO_UNAVAILABLE',
    'This server cannot decode videos. Its operator can install a decoder: see "Videos" in docs/operations.md.',
    detail,
  );
}
