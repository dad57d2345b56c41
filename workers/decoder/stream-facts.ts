import { type DisplayMatrix, turnOf } from './display-matrix.ts';
import type { VideoContainer, VideoInfo } from './video.ts';

/** What a header says about one video stream, as FFmpeg's libraries and ffprobe both tell it. */
export interface StreamFacts {
  index: number;
  codec: string;
  /** As stored. */
  width: number;
  height: number;
  /** Width of a pixel ÷ its height; null: unknown, so square. */
  pixelAspect: number | null;
  matrix: DisplayMatrix | null;
  /** The time of its first frame on the file's clock. All times of a VideoFrame are counted from it. */
  startSeconds: number;
  headerSeconds: number | null;
  frameRate: number | null;
  isDefault: boolean;
}

/** The stream that players show. Pictures of a cover are none. */
export function pickStream(streams: StreamFacts[]): StreamFacts | undefined {
  return streams.find(({ isDefault }) => isDefault) ?? streams[0];
}

/** How frames of the stream become pictures as they are shown. */
export interface Shown {
  width: number;
  height: number;
  /** FFmpeg's filters: stored frames of any format in, RGB pictures of this size out. */
  filters: string;
}

/**
 * Bilinear, because it costs half of the bicubic default and only colour planes and pixels that are not square are resized.
 */
export function shownAs({ width, height, pixelAspect, matrix }: StreamFacts): Shown {
  const wide = Math.max(1, Math.round(width * sane(pixelAspect)));
  const turn = turnOf(matrix);
  const filters = [`scale=w=${wide}:h=${height}:flags=bilinear`, 'format=rgb24', ...turn.filters].join(',');
  return turn.swapsSides ? { width: height, height: wide, filters } : { width: wide, height, filters };
}

/** Anamorphic formats go from 0.6 to 2; other values are errors of a header. */
function sane(pixelAspect: number | null): number {
  return pixelAspect !== null && pixelAspect > 0.2 && pixelAspect < 5 ? pixelAspect : 1;
}

/** What the API tells about a video with this stream. */
export function describe(container: VideoContainer, stream: StreamFacts): VideoInfo {
  const { width, height } = shownAs(stream);
  const { codec, headerSeconds, frameRate } = stream;
  return { container, codec, width, height, rotation: turnOf(stream.matrix).rotation, headerSeconds, frameRate };
}

/** The seconds of hh:mm:ss.fraction, as Matroska's tag DURATION has them; null: another text. */
export function parseClock(text: string): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text) ?? [];
  return seconds === undefined ? null : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
