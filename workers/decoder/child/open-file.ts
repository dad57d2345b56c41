import { decoderNames, readCodecs } from '../codecs.ts';
import { demuxers } from '../container.ts';
import type { DisplayMatrix } from '../display-matrix.ts';
import { tooLong, tooManyPixels, unreadable, unsupportedCodec, withoutPictures } from '../failures.ts';
import type { DecodeRequest } from '../node-av/messages.ts';
import { describe, parseClock, pickStream, type StreamFacts } from '../stream-facts.ts';
import type { VideoInfo } from '../video.ts';
import {
  clockTicksPerSecond,
  discardAll,
  dispositionAttachedPicture,
  dispositionDefault,
  type FormatContext,
  mediaTypeVideo,
  type Native,
  noTimestamp,
  type Rational,
  type Stream,
  sideDataDisplayMatrix,
} from './native.ts';

/** An open file with the stream that is shown. */
export interface OpenFile {
  format: FormatContext;
  stream: Stream;
  facts: StreamFacts;
  info: VideoInfo;
}

/** @throws VideoFailure if it cannot be decoded here. */
export function openFile(native: Native, request: DecodeRequest): OpenFile {
  const format = openFormat(native, request);
  const streams = (format.streams ?? []).filter(isVideo);
  const facts = pickStream(streams.map((stream) => factsOf(native, format, stream)));
  if (facts === undefined) throw withoutPictures();
  const info = describe(request.container, facts);
  if (!readCodecs.includes(facts.codec)) throw unsupportedCodec(facts.codec);
  if (info.width * info.height > request.maxPixels) throw tooManyPixels(info.width, info.height, request.maxPixels);
  if (info.headerSeconds !== null && info.headerSeconds > request.maxSeconds)
    throw tooLong(info.headerSeconds, request.maxSeconds);
  for (const { index } of format.streams ?? []) if (index !== facts.index) format.streams![index]!.discard = discardAll;
  return { format, stream: format.streams![facts.index]!, facts, info };
}

/** The container, and nothing that it refers to: no other protocol, no other format, no decoder but those that are allowed. */
function openFormat(native: Native, { path, container }: DecodeRequest): FormatContext {
  const options = new native.Dictionary();
  options.alloc();
  options.set('protocol_whitelist', 'file', 0);
  options.set('format_whitelist', demuxers[container], 0);
  options.set('codec_whitelist', decoderNames.join(','), 0);
  const format = new native.FormatContext();
  format.allocContext();
  check(native, format.openInputSync(`file:${path}`, null, options));
  check(native, format.findStreamInfoSync(null));
  return format;
}

function check(native: Native, result: number): void {
  if (result < 0) throw unreadable(native.FFmpegError.strerror(result));
}

function isVideo({ codecpar, disposition }: Stream): boolean {
  return codecpar.codecType === mediaTypeVideo && (disposition & dispositionAttachedPicture) === 0;
}

function factsOf(native: Native, format: FormatContext, stream: Stream): StreamFacts {
  const { codecpar, timeBase } = stream;
  return {
    index: stream.index,
    codec: native.avGetCodecName(codecpar.codecId),
    width: codecpar.width,
    height: codecpar.height,
    pixelAspect: ratio(stream.sampleAspectRatio),
    matrix: matrixOf(codecpar.getAllCodedSideData()),
    startSeconds: toSeconds(stream.startTime, timeBase) ?? 0,
    headerSeconds: durationOf(format, stream),
    frameRate: ratio(stream.avgFrameRate),
    isDefault: (stream.disposition & dispositionDefault) !== 0,
  };
}

/** Of the stream where the header says it; Matroska says it in a tag, or only for the whole file. */
function durationOf({ duration }: FormatContext, stream: Stream): number | null {
  const own = toSeconds(stream.duration, stream.timeBase);
  if (own !== null && own > 0) return own;
  const tag = parseClock(stream.metadata?.get('DURATION', 0) ?? '');
  if (tag !== null) return tag;
  const whole = toSeconds(duration, { num: 1, den: clockTicksPerSecond });
  return whole !== null && whole > 0 ? whole : null;
}

/** null: unknown. */
export function toSeconds(ticks: bigint, { num, den }: Rational): number | null {
  return ticks === noTimestamp || den === 0 ? null : (Number(ticks) * num) / den;
}

function ratio({ num, den }: Rational): number | null {
  return num > 0 && den > 0 ? num / den : null;
}

/** Nine numbers of four bytes in the order a b u, c d v, x y w. */
function matrixOf(sideData: { type: number; data: Buffer }[]): DisplayMatrix | null {
  const data = sideData.find(({ type }) => type === sideDataDisplayMatrix)?.data;
  if (data === undefined || data.length < 36) return null;
  // In the byte order of the machine, which is little-endian on every platform of the library.
  const [a, b, c, d] = [0, 1, 3, 4].map((place) => data.readInt32LE(place * 4));
  return { a: a!, b: b!, c: c!, d: d! };
}
