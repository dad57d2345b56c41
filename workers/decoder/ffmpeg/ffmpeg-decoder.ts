import { decoderNames } from '../codecs.ts';
import { DecodedTime } from '../decoded-time.ts';
import { tooLong, withoutFrames } from '../failures.ts';
import { FrameBuffers } from '../frame-buffers.ts';
import { WatchedProcess } from '../process/watched-process.ts';
import type { RunningDecoder } from '../running-decoder.ts';
import { seekSeconds, selectExpressions } from '../sampler.ts';
import { describe, type StreamFacts, shownAs } from '../stream-facts.ts';
import type { DecoderSettings, Sampling, VideoEnd, VideoFrame, VideoInfo } from '../video.ts';
import type { VideoFile } from '../video-file.ts';
import { probeStream } from './ffprobe.ts';
import { readFrameLog, reporters } from './frame-log.ts';
import { inputOf, requireProgram } from './programs.ts';

/** Starts an ffmpeg of the system. Pixels come on stdout, the times of frames on stderr. @throws VideoFailure */
export async function startFfmpeg(
  program: string,
  file: VideoFile,
  sampling: Sampling,
  settings: DecoderSettings,
): Promise<RunningDecoder> {
  await requireProgram(program);
  const facts = await probeStream(program, file, settings);
  const info = describe(file.container, facts);
  const child = await WatchedProcess.start({ program, args: argumentsFor(file, facts, sampling, settings) }, settings);
  const report = follow(child, facts, settings);
  const buffers = new FrameBuffers(info);
  return { info, process: child, buffers, frames: readFrames(child, info, sampling, report, buffers) };
}

function argumentsFor(file: VideoFile, facts: StreamFacts, sampling: Sampling, settings: DecoderSettings): string[] {
  const from = seekSeconds(sampling);
  const select = selectExpressions(sampling, facts.startSeconds).map((expression) => `select='${expression}'`);
  const report = (name: string) => `${name}=checksum=0`;
  const filters = [report(reporters.decoded), ...select, report(reporters.picked), shownAs(facts).filters];
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info'],
    // Frames keep the times of the file, and are turned by our filters, as those of the other implementation.
    ...['-copyts', '-noautorotate', '-threads', String(settings.threads)],
    ...['-codec_whitelist', decoderNames.join(','), '-max_pixels', String(Math.round(settings.maxPixels * 1.1))],
    ...(sampling.keyFramesOnly ? ['-skip_frame', 'nokey'] : []),
    ...(from === null ? [] : ['-noaccurate_seek', '-ss', String(from)]),
    ...inputOf(file),
    ...['-map', `0:${facts.index}`, '-vf', filters.join(','), '-fps_mode', 'passthrough'],
    ...(sampling.maxFrames === null ? [] : ['-frames:v', String(sampling.maxFrames)]),
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}

/** What stderr has told so far. */
interface Report {
  time: DecodedTime;
  /** Of picked frames, from the video's beginning; the pixels of each follow on stdout, sometimes sooner than its line on stderr. */
  nextTime(): Promise<number>;
}

function follow(child: WatchedProcess, facts: StreamFacts, { maxSeconds }: DecoderSettings): Report {
  const time = new DecodedTime();
  const times: number[] = [];
  let awaited: PromiseWithResolvers<void> | null = null;
  const usualSeconds = facts.frameRate === null ? 0 : 1 / facts.frameRate;
  const sinceStart = (seconds: number) => Math.max(0, seconds - facts.startSeconds);
  child.onLine(
    readFrameLog({
      decoded(seconds, durationSeconds) {
        const at = sinceStart(seconds);
        // ffmpeg tells durations only from version 6 on.
        time.add(at, durationSeconds || usualSeconds);
        child.onProgress(time.endSeconds);
        if (at > maxSeconds) child.fail(tooLong(at, maxSeconds));
      },
      picked(seconds) {
        times.push(sinceStart(seconds));
        awaited?.resolve();
      },
      damaged() {
        time.damagedFrames += 1;
      },
    }),
  );
  return {
    time,
    async nextTime() {
      if (times.length === 0) {
        awaited = Promise.withResolvers();
        await Promise.race([awaited.promise, child.exited]);
      }
      const next = times.shift();
      if (next === undefined) throw child.reasonOfEnd();
      return next;
    },
  };
}

async function* readFrames(
  child: WatchedProcess,
  { width, height, headerSeconds }: VideoInfo,
  { maxFrames, fromSeconds }: Sampling,
  { time, nextTime }: Report,
  buffers: FrameBuffers,
): AsyncGenerator<VideoFrame, VideoEnd, undefined> {
  let count = 0;
  for (;;) {
    const pixels = buffers.take();
    if (!(await child.awaiting(child.stdout.fill(pixels)))) break;
    count += 1;
    yield { timeSeconds: await nextTime(), width, height, pixels };
  }
  await child.exited;
  // ffmpeg's code for every error, of which a file without any frame that can be decoded is the usual one.
  if (child.exitCode === 1 || (child.endedWell && time.isEmpty && fromSeconds === 0))
    throw withoutFrames(child.lastOutput);
  if (!child.endedWell) throw child.reasonOfEnd();
  return time.end(headerSeconds, maxFrames === null || count < maxFrames);
}
