import { setImmediate } from 'node:timers/promises';
import { DecodedTime } from '../decoded-time.ts';
import { tooLong, unreadable, withoutFrames } from '../failures.ts';
import type { DecodeRequest } from '../node-av/messages.ts';
import { Sampler, seekSeconds } from '../sampler.ts';
import type { Sampling, VideoEnd } from '../video.ts';
import {
  type CodecContext,
  errorAgain,
  errorEnd,
  type Frame,
  frameFlagCorrupt,
  type Native,
  type Packet,
  seekBackward,
} from './native.ts';
import { type OpenFile, toSeconds } from './open-file.ts';
import { SkippedPackets } from './skipped-packets.ts';

/** What is done with frames while a file is decoded. */
export interface FrameEvents {
  wanted(frame: Frame, timeSeconds: number): void;
  decoded(endSeconds: number): void;
}

/**
 * Decodes a file in sequence, without what is certainly not wanted. Calls of the library are synchronous: the process has nothing else to do, and it waits for its reader by
 * writing to a pipe that is full. After each wanted frame the event loop turns once, because Node frees what the library lent to
 * JavaScript only then: 20 kB a frame were kept otherwise.
 * @throws VideoFailure
 */
export async function decodeFrames(
  native: Native,
  file: OpenFile,
  request: DecodeRequest,
  sampling: Sampling,
  events: FrameEvents,
): Promise<VideoEnd> {
  const decoder = openDecoder(native, file, request, sampling);
  const from = seekSeconds(sampling);
  if (from !== null) seek(file, from);
  const sampler = new Sampler(sampling);
  const time = new DecodedTime();
  const frame = new native.Frame();
  frame.alloc();

  /** @returns whether further packets are wanted. */
  const receive = async (): Promise<boolean> => {
    for (;;) {
      const result = decoder.receiveFrameSync(frame);
      if (result === errorAgain || result === errorEnd) return true;
      if (result < 0) {
        time.damagedFrames += 1;
        continue;
      }
      const seconds = timeOf(file, frame, time);
      if (seconds > request.maxSeconds) throw tooLong(seconds, request.maxSeconds);
      time.add(seconds, toSeconds(frame.duration, file.stream.timeBase) ?? 0);
      if ((frame.flags & frameFlagCorrupt) !== 0 || frame.decodeErrorFlags !== 0) time.damagedFrames += 1;
      events.decoded(time.endSeconds);
      const isWanted = sampler.picks(seconds);
      if (isWanted) events.wanted(frame, seconds);
      frame.unref();
      if (isWanted) await setImmediate();
      if (sampler.isFull) return false;
    }
  };

  const skipped = new SkippedPackets(native, decoder, file, sampling);
  const send = (packet: Packet | null) => {
    const endSeconds = packet && skipped.consider(packet);
    if (endSeconds !== null) time.addSkipped(endSeconds);
    const sent = decoder.sendPacketSync(packet);
    // A packet that cannot be decoded is a damaged frame; the next ones may be whole.
    if (packet && sent < 0 && sent !== errorAgain) time.damagedFrames += 1;
  };
  const isWhole = await readPackets(native, file, send, receive);
  if (time.isEmpty && from === null) throw withoutFrames(null);
  return time.end(file.info.headerSeconds, isWhole);
}

/** @returns whether it came to the end of the file. */
async function readPackets(
  native: Native,
  { format, stream }: OpenFile,
  send: (packet: Packet | null) => void,
  receive: () => Promise<boolean>,
): Promise<boolean> {
  const packet = new native.Packet();
  packet.alloc();
  // Any error ends the file, as in every player: what was decoded before is good, and the duration shows what is missing.
  while (format.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      send(packet);
      if (!(await receive())) return false;
    }
    packet.unref();
  }
  send(null);
  return receive();
}

function openDecoder(
  native: Native,
  { stream }: OpenFile,
  request: DecodeRequest,
  { keyFramesOnly }: Sampling,
): CodecContext {
  const codec = native.Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null) throw unreadable('The library has no decoder for it.');
  const decoder = new native.CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = request.threads;
  // Larger frames than the header announces; with room for the padding of blocks.
  native.Option.set(decoder, 'max_pixels', String(Math.round(request.maxPixels * 1.1)), 0);
  if (keyFramesOnly) native.Option.set(decoder, 'skip_frame', 'nokey', 0);
  const opened = decoder.open2Sync(codec, null);
  if (opened < 0) throw unreadable(native.FFmpegError.strerror(opened));
  return decoder;
}

/** If the file has no index, decoding begins where it is. */
function seek({ format, stream, facts }: OpenFile, seconds: number): void {
  const { num, den } = stream.timeBase;
  const timestamp = BigInt(Math.round(((facts.startSeconds + seconds) * den) / num));
  format.seekFrameSync(stream.index, timestamp, seekBackward);
}

/** From the video's beginning. A frame without a time follows the one before it. */
function timeOf({ stream, facts }: OpenFile, frame: Frame, time: DecodedTime): number {
  const seconds = toSeconds(frame.bestEffortTimestamp, stream.timeBase);
  return seconds === null ? time.endSeconds : Math.max(0, seconds - facts.startSeconds);
}
