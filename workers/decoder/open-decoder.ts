import { sniffFile } from './container.ts';
import { notAVideo, unavailable } from './failures.ts';
import { startFfmpeg } from './ffmpeg/ffmpeg-decoder.ts';
import { probeFfmpeg } from './ffmpeg/ffprobe.ts';
import { probeNodeAv, startNodeAv } from './node-av/node-av-decoder.ts';
import type { RunningDecoder } from './running-decoder.ts';
import type { DecoderSettings, OpenVideo, Sampling, VideoEnd, VideoFrame, VideoInfo } from './video.ts';
import type { VideoFile } from './video-file.ts';

/** The value of `program` that stands for the library of npm. */
export const nodeAv = 'node-av';

/**
 * Starts decoding a video file in a process of its own, which has neither the database nor any secret.
 * @param path absolute; the file must not change meanwhile.
 * @throws VideoFailure if the file cannot be decoded here.
 */
export async function openDecoder(path: string, sampling: Sampling, settings: DecoderSettings): Promise<OpenVideo> {
  const { program } = settings;
  if (program === null) throw unavailable();
  const file = await sniff(path);
  const running = await (program === nodeAv
    ? startNodeAv(file, sampling, settings)
    : startFfmpeg(program, file, sampling, settings));
  return open(running);
}

/**
 * Reads what the file says about itself.
 * @throws VideoFailure as openDecoder does.
 */
export async function probeVideo(path: string, settings: DecoderSettings): Promise<VideoInfo> {
  if (settings.program === null) throw unavailable();
  return probeFile(await sniff(path), settings);
}

/** The same for a file whose container is known. */
export async function probeFile(file: VideoFile, settings: DecoderSettings): Promise<VideoInfo> {
  const { program } = settings;
  if (program === null) throw unavailable();
  return program === nodeAv ? probeNodeAv(file, settings) : probeFfmpeg(program, file, settings);
}

async function sniff(path: string): Promise<VideoFile> {
  const container = await sniffFile(path);
  if (container === null) throw notAVideo();
  return { path, container };
}

function open({ info, frames, buffers, process }: RunningDecoder): OpenVideo {
  const ended = Promise.withResolvers<VideoEnd>();
  // Who iterates the frames gets the same error there.
  ended.promise.catch(() => {});
  let closed = false;

  async function* iterate(): AsyncGenerator<VideoFrame, void, undefined> {
    try {
      const end = yield* frames;
      await process.kill();
      ended.resolve(end);
    } catch (error) {
      await process.kill();
      const reason = closed ? new Error('The video was closed.') : error;
      ended.reject(reason);
      throw reason;
    }
  }

  return {
    info,
    frames: iterate(),
    ended: ended.promise,
    giveBack: (pixels) => buffers.giveBack(pixels),
    async close() {
      closed = true;
      await process.kill();
      ended.reject(new Error('The video was closed before its end.'));
    },
  };
}
