import { createRequire } from 'node:module';

/**
 * The part that is used of node-av's native library. Its package of JavaScript around this one is not installed: it brings an install
 * script and 53 packages that are not needed. All functions that return a number return an error of FFmpeg if it is negative.
 *
 * Two facts about version 6.1.1: a Dictionary that is given to CodecContext.open2 is freed twice, which crashes; so options of decoders
 * are set with Option. And `data` of a frame is a view of its memory, valid until `unref`.
 */
export interface Native {
  FormatContext: new () => FormatContext;
  CodecContext: new () => CodecContext;
  Packet: new () => Packet;
  Frame: new () => Frame;
  Dictionary: new () => Dictionary;
  FilterGraph: new () => FilterGraph;
  Codec: { findDecoder(codecId: number): Codec | null };
  Option: { set(target: CodecContext, name: string, value: string, flags: number): number };
  Log: { setLevel(level: number): void };
  FFmpegError: { strerror(code: number): string };
  avGetCodecName(codecId: number): string;
}

export interface Rational {
  num: number;
  den: number;
}

export interface FormatContext {
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly streams: Stream[] | null;
  allocContext(): void;
  openInputSync(url: string, format: null, options: Dictionary): number;
  findStreamInfoSync(options: null): number;
  readFrameSync(packet: Packet): number;
  seekFrameSync(stream: number, timestamp: bigint, flags: number): number;
}

export interface Stream {
  readonly index: number;
  readonly codecpar: CodecParameters;
  readonly timeBase: Rational;
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly disposition: number;
  readonly sampleAspectRatio: Rational;
  readonly avgFrameRate: Rational;
  readonly metadata: Dictionary | null;
  discard: number;
}

export interface CodecParameters {
  readonly codecType: number;
  readonly codecId: number;
  readonly width: number;
  readonly height: number;
  getAllCodedSideData(): { type: number; data: Buffer }[];
}

export interface Codec {
  readonly name: string | null;
}

export interface CodecContext {
  pktTimebase: Rational;
  threadCount: number;
  allocContext3(codec: Codec): void;
  parametersToContext(parameters: CodecParameters): number;
  open2Sync(codec: Codec, options: null): number;
  sendPacketSync(packet: Packet | null): number;
  receiveFrameSync(frame: Frame): number;
}

export interface Packet {
  readonly streamIndex: number;
  readonly pts: bigint;
  readonly duration: bigint;
  readonly flags: number;
  alloc(): void;
  unref(): void;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly linesize: number[];
  readonly data: Buffer[] | null;
  readonly bestEffortTimestamp: bigint;
  readonly duration: bigint;
  readonly flags: number;
  readonly decodeErrorFlags: number;
  readonly colorSpace: number;
  readonly colorRange: number;
  alloc(): void;
  unref(): void;
}

export interface Dictionary {
  alloc(): void;
  set(key: string, value: string, flags: number): number;
  get(key: string, flags: number): string | null;
}

export interface FilterGraph {
  nbThreads: number;
  alloc(): void;
  free(): void;
  parse2(filters: string): number;
  configSync(): number;
  getFilter(name: string): FilterContext | null;
}

export interface FilterContext {
  buffersrcAddFrameSync(frame: Frame, flags: number): number;
  buffersinkGetFrameSync(frame: Frame): number;
}

/** FFmpeg's constants. */
export const mediaTypeVideo = 0;
export const discardAll = 48;
export const sideDataDisplayMatrix = 5;
export const dispositionDefault = 1;
export const dispositionAttachedPicture = 0x400;
export const seekBackward = 1;
export const frameFlagCorrupt = 1;
export const packetFlagDiscard = 4;
export const logError = 16;
export const errorAgain = process.platform === 'darwin' ? -35 : -11;
export const errorEnd = -541_478_725;
export const noTimestamp = -(2n ** 63n);
export const clockTicksPerSecond = 1_000_000;

/** Loads the library from its file. */
export function loadNative(library: string): Native {
  return createRequire(import.meta.url)(library) as Native;
}
