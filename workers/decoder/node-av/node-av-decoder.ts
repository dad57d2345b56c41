import { realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { unavailable } from '../failures.ts';
import { FrameBuffers } from '../frame-buffers.ts';
import type { Command } from '../process/confine.ts';
import { WatchedProcess } from '../process/watched-process.ts';
import type { RunningDecoder } from '../running-decoder.ts';
import type { DecoderSettings, Sampling, VideoEnd, VideoFrame, VideoInfo } from '../video.ts';
import { VideoFailure } from '../video-failure.ts';
import type { VideoFile } from '../video-file.ts';
import { findLibrary } from './library.ts';
import { type DecodeRequest, type DecoderMessage, decoderMessage, maxMessageBytes } from './messages.ts';

/** Starts a child with FFmpeg's libraries from node-av. @throws VideoFailure */
export async function startNodeAv(
  file: VideoFile,
  sampling: Sampling,
  settings: DecoderSettings,
): Promise<RunningDecoder> {
  const child = await start(file, sampling, settings);
  try {
    const info = await readInfo(child);
    const buffers = new FrameBuffers(info);
    return { info, process: child, buffers, frames: readFrames(child, info, buffers) };
  } catch (error) {
    await child.kill();
    throw error;
  }
}

/** Reads only the header. @throws VideoFailure */
export async function probeNodeAv(file: VideoFile, settings: DecoderSettings): Promise<VideoInfo> {
  const child = await start(file, null, settings);
  try {
    return await readInfo(child);
  } finally {
    await child.kill();
  }
}

function start(file: VideoFile, sampling: Sampling | null, settings: DecoderSettings): Promise<WatchedProcess> {
  const library = findLibrary();
  if (library === null) throw unavailable();
  const { maxSeconds, maxPixels, threads } = settings;
  const request: DecodeRequest = { library, ...file, sampling, maxSeconds, maxPixels, threads };
  return WatchedProcess.start(command(request), settings);
}

/**
 * Node's permissions: the child's JavaScript reads its own modules and the library, and nothing else; it writes no file and starts no
 * process. They do not bind native code, which is why the process is confined as well.
 */
function command(request: DecodeRequest): Command {
  const folder = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
  const readable = [
    path.join(folder, '*'),
    path.join(folder, '..', '..', 'package.json'),
    path.dirname(realpathSync(request.library)),
  ];
  const permissions = ['--permission', '--allow-addons', ...readable.map((place) => `--allow-fs-read=${place}`)];
  const program = path.join(folder, 'child', 'decode.ts');
  return {
    program: process.execPath,
    args: ['--no-warnings', '--max-semi-space-size=1', ...permissions, program, JSON.stringify(request)],
  };
}

async function readInfo(child: WatchedProcess): Promise<VideoInfo> {
  const message = await readMessage(child);
  if (message.type !== 'opened') throw outOfOrder(message);
  return message.info;
}

async function* readFrames(
  child: WatchedProcess,
  { width, height }: VideoInfo,
  buffers: FrameBuffers,
): AsyncGenerator<VideoFrame, VideoEnd, undefined> {
  for (;;) {
    const message = await readMessage(child);
    if (message.type === 'progress') child.onProgress(message.decodedSeconds);
    else if (message.type === 'frame') {
      const pixels = buffers.take();
      await fill(child, pixels);
      child.onProgress(message.timeSeconds);
      yield { timeSeconds: message.timeSeconds, width, height, pixels };
    } else if (message.type === 'ended') {
      const { type: _, ...end } = message;
      return end;
    } else throw outOfOrder(message);
  }
}

/** @throws VideoFailure that the child reports, or that it ended with. */
async function readMessage(child: WatchedProcess): Promise<DecoderMessage> {
  const length = (await read(child, 4)).readUInt32LE();
  if (length > maxMessageBytes) throw outOfOrder({ length });
  const text = (await read(child, length)).toString();
  const message = decoderMessage.safeParse(parse(text));
  if (!message.success) throw outOfOrder(text.slice(0, 200));
  if (message.data.type === 'failed') {
    const { code, message: sentence, detail } = message.data;
    throw new VideoFailure(code, sentence, detail);
  }
  return message.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function read(child: WatchedProcess, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  await fill(child, bytes);
  return bytes;
}

async function fill(child: WatchedProcess, buffer: Buffer): Promise<void> {
  if (await child.awaiting(child.stdout.fill(buffer))) return;
  await child.exited;
  throw child.reasonOfEnd();
}

/** Only a child that a file has taken over does this. */
function outOfOrder(what: unknown): VideoFailure {
  const message =
    'The decoder answered nonsense for the video, so its contents are damaged. Save it again with another program.';
  return new VideoFailure('INVALID_VIDEO', message, JSON.stringify(what));
}
