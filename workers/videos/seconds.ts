import type { ClaimedVideo } from '../../src/video-analyses/claims.repository.ts';
import { countFrames, type FoundFrame } from '../../src/video-analyses/found.ts';
import { nameFrames } from '../../src/video-analyses/named-frames.ts';
import { progressAt } from '../../src/video-analyses/progress.ts';
import type { SecondResult, VideoEnding, VideoTimings } from '../../src/video-analyses/seconds.repository.ts';
import { secondOf } from '../../src/video-analyses/time.ts';
import type { TrackBook } from '../../src/video-analyses/track-book.ts';
import type { FollowedFrame } from './follow-frame.ts';

/** The frames of an analysis, gathered by seconds, with the sums that are stored with each. */
export class Seconds {
  readonly #video: ClaimedVideo;
  readonly #tracks: TrackBook;
  readonly #inactiveItemCount: number;
  readonly #timings: VideoTimings;
  /** Of this run; performance.now(). */
  readonly #startedMs = performance.now();
  #storedMs = this.#startedMs;
  #sampledFrames: number;
  #second: number | null = null;
  #frames: FoundFrame[] = [];

  constructor(video: ClaimedVideo, options: { tracks: TrackBook; inactiveItemCount: number }) {
    this.#video = video;
    this.#tracks = options.tracks;
    this.#inactiveItemCount = options.inactiveItemCount;
    this.#sampledFrames = video.sampledFrames;
    this.#timings = { decodeMs: 0, inferenceMs: 0, matchMs: 0, ...video.timings };
  }

  noteDecoding(waitedMs: number): void {
    this.#timings.decodeMs += waitedMs;
  }

  /** Frames must come in the order of time, and their second must be begun (`upTo`). Their tracks are noted. */
  add({ frame, timings }: Omit<FollowedFrame, 'ok'>): void {
    this.#second = secondOf(frame.timeSeconds);
    this.#frames.push(frame);
    this.#sampledFrames += 1;
    this.#timings.inferenceMs += timings.inferenceMs;
    this.#timings.matchMs += timings.matchMs;
  }

  /** The second that is over when a frame of this one comes; none if it is the same. */
  upTo(second: number): SecondResult[] {
    return this.#second !== null && this.#second < second ? [this.#take(this.#second)] : [];
  }

  /** The second that is over when no further frame comes. */
  rest(): SecondResult[] {
    return this.#second === null ? [] : [this.#take(this.#second)];
  }

  /** What is stored at the end: all tracks have ended. */
  ending(videoAnalysisId: string): VideoEnding {
    this.#tracks.finish();
    const { changed, ended } = this.#tracks.takeChanges();
    return { ...this.#sums(), videoAnalysisId, tracks: changed, endedTracks: ended };
  }

  #take(second: number): SecondResult {
    const { changed, started, ended } = this.#tracks.takeChanges();
    const frames = this.#frames;
    const secondMs = performance.now() - this.#storedMs;
    this.#storedMs = performance.now();
    this.#frames = [];
    this.#second = null;
    return {
      ...this.#sums(),
      videoAnalysisId: this.#video.id,
      ...{ second, frames, secondMs },
      counts: countFrames(nameFrames(frames, (track) => this.#tracks.find(track))),
      ...{ tracks: changed, newTracks: started, endedTracks: ended },
      progress: progressAt(second + 1, this.#video.headerSeconds),
    };
  }

  #sums() {
    return {
      workerId: this.#video.workerId,
      sampledFrames: this.#sampledFrames,
      processingMs: this.#video.processingMs + performance.now() - this.#startedMs,
      timings: { ...this.#timings },
      inactiveItemCount: this.#inactiveItemCount,
    };
  }
}
