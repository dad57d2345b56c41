import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import { inLogOrder } from '../../src/events/order.ts';
import { retrying } from '../../src/shared/backoff.ts';
import type { Failure } from '../../src/shared/failure.ts';
import type { ClaimedVideo } from '../../src/video-analyses/claims.repository.ts';
import { endVideo, type SecondResult, storeSecond } from '../../src/video-analyses/seconds.repository.ts';
import { secondOf } from '../../src/video-analyses/time.ts';
import { noteDecoded } from '../../src/videos/life.repository.ts';
import { openDecoder } from '../decoder/open-decoder.ts';
import type { OpenVideo, VideoFrame } from '../decoder/video.ts';
import type { WorkerResources } from '../resources.ts';
import { limitsOf } from './decoding-limits.ts';
import { followFrame } from './follow-frame.ts';
import { frameAnalyzer } from './frame-analyzer.ts';
import { inOrder } from './in-order.ts';
import { newFrames } from './new-frames.ts';
import { leastConfidenceOf, resumeTracks, thingsMove } from './resume-tracks.ts';
import type { RunOptions } from './run-options.ts';
import { Seconds } from './seconds.ts';
import { toVideoFailure } from './video-outcome.ts';

/** The analysis was cancelled, or belongs to another worker now. */
export class LeaseLostError extends Error {}

const retryDelays = { firstMs: 100, longestMs: 5_000 };

/**
 * Decodes a video from its first second that is not stored yet, analyses the sampled frames a few at a time, and stores second after
 * second.
 * @returns why it failed; null: it SUCCEEDED, and that is stored.
 * @throws LeaseLostError; any error once `signal` is aborted
 */
export async function runVideo(
  resources: WorkerResources,
  video: ClaimedVideo,
  options: RunOptions,
): Promise<Failure | null> {
  const { signal, pipeline } = options;
  const { tracks, lastSeconds } = await resumeTracks(resources.db, video, pipeline);
  const analyzer = await frameAnalyzer(resources, video, options);
  const seconds = new Seconds(video, { tracks, inactiveItemCount: analyzer.inactiveItemCount });
  const following = { tracks, analyzer, leastConfidence: leastConfidenceOf(video, pipeline) };
  const store = (result: SecondResult | null) => result && commit(resources, result, signal);
  try {
    const end = await decode(resources, { ...video, lastSeconds }, options, async (decoder) => {
      const decoded = timed(decoder.frames, seconds);
      const frames = newFrames(decoded, { lastSeconds, measuresShifts: !thingsMove(pipeline.kind) });
      for await (const analyzed of inOrder(frames, analyzer.analyze, analyzer.atOnce)) {
        if (!analyzed.ok) return analyzed.failure;
        const before = secondOf(analyzed.found.timeSeconds);
        for (const result of seconds.upTo(before)) await store(result);
        const followed = await followFrame(analyzed, following);
        // No engine reads them any more.
        decoder.giveBack(analyzed.pixels.rgb);
        if (!followed.ok) return followed.failure;
        seconds.add(followed);
      }
      return decoder.ended;
    });
    if ('code' in end) return end;
    for (const result of seconds.rest()) await store(result);
    await finish(resources, video, seconds, end, signal);
    return null;
  } catch (error) {
    if (signal.aborted) throw error;
    return toVideoFailure(error, resources.logger);
  }
}

/**
 * Opens a decoder for the part of the video from the last stored frame on, and ends it whatever happens.
 * @param video lastSeconds: the time of that frame; null: none is stored
 */
async function decode<T>(
  { config }: WorkerResources,
  video: ClaimedVideo & { lastSeconds: number | null },
  { file, signal }: RunOptions,
  work: (decoder: OpenVideo) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { framesPerSecond, keyFramesOnly, maxFrames, nextSecond, sampledFrames, maxSeconds, lastSeconds } = video;
  const known = lastSeconds === null ? 0 : 1;
  const left = maxFrames === null ? null : maxFrames - sampledFrames + known;
  const sampling = { framesPerSecond, keyFramesOnly, maxFrames: left, fromSeconds: lastSeconds ?? nextSecond };
  const decoder = await openDecoder(file, sampling, limitsOf(config, maxSeconds));
  // Whoever awaits it gets its error, too.
  decoder.ended.catch(() => {});
  const close = () => void decoder.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) close();
    return await work(decoder);
  } finally {
    signal.removeEventListener('abort', close);
    await decoder.close();
  }
}

/** The frames, with the time that was spent on waiting for them. */
async function* timed(frames: AsyncIterable<VideoFrame>, seconds: Seconds): AsyncGenerator<VideoFrame, void> {
  let sinceMs = performance.now();
  for await (const frame of frames) {
    seconds.noteDecoding(performance.now() - sinceMs);
    yield frame;
    sinceMs = performance.now();
  }
}

/** @throws LeaseLostError */
async function commit({ db, hints, logger }: WorkerResources, result: SecondResult, signal: AbortSignal) {
  const stored = await retrying(() => inLogOrder(db, (trx) => storeSecond(trx, result)), {
    ...retryDelays,
    signal,
    isTemporary: isConnectionTrouble,
    onRetry: (err, delayMs) => logger.warn({ err, delayMs }, 'A second of a video is waiting for the database.'),
  });
  if (!stored) throw new LeaseLostError('The analysis no longer belongs to this worker.');
  hints.eventsWritten();
}

/** Stores that the analysis SUCCEEDED, with what decoding showed about the video. */
async function finish(
  { db, hints }: WorkerResources,
  { id, organizationId, videoId, maxFrames }: ClaimedVideo,
  seconds: Seconds,
  end: { decodedSeconds: number; truncated: boolean },
  signal: AbortSignal,
): Promise<void> {
  const result = seconds.ending(id);
  // A decoder that was ended by maxFrames has not seen the end.
  const isWhole = maxFrames === null || result.sampledFrames < maxFrames;
  const ended = await retrying(
    () =>
      inLogOrder(db, async (trx) => {
        if (isWhole) await noteDecoded(trx, organizationId, videoId, end);
        return endVideo(trx, result);
      }),
    { ...retryDelays, signal, isTemporary: isConnectionTrouble },
  );
  if (!ended) throw new LeaseLostError('The analysis no longer belongs to this worker.');
  hints.eventsWritten();
}
