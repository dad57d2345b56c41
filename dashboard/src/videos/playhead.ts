/**
 * Where a video is being watched. It is no state of React, so that only what shows the time is rendered again while the video plays: 60
 * times a second.
 */
export class Playhead {
  #seconds = 0;
  #isPlaying = false;
  #video: HTMLVideoElement | null = null;
  readonly #listeners = new Set<() => void>();

  /** For useSyncExternalStore, as `isPlaying` and `subscribe` are. */
  readonly seconds = (): number => this.#seconds;

  readonly isPlaying = (): boolean => this.#isPlaying;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows a video. @returns stops following it. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    let request = 0;
    const read = () => this.#set(video.currentTime, !video.paused && !video.ended);
    const run = () => {
      read();
      if (this.#isPlaying) request = requestAnimationFrame(run);
    };
    const events = ['play', 'pause', 'ended', 'seeked', 'timeupdate', 'loadedmetadata'] as const;
    const begin = () => {
      cancelAnimationFrame(request);
      run();
    };
    for (const event of events) video.addEventListener(event, begin);
    return () => {
      cancelAnimationFrame(request);
      for (const event of events) video.removeEventListener(event, begin);
      if (this.#video === video) this.#video = null;
      this.#set(this.#seconds, false);
    };
  }

  /** Also without a video that can be played: then only the boxes show what is there. */
  seek(seconds: number): void {
    if (this.#video) this.#video.currentTime = seconds;
    this.#set(seconds, this.#isPlaying);
  }

  toggle(): void {
    const video = this.#video;
    if (!video) return;
    // What cannot be played tells so by its event `error`.
    if (video.paused) void video.play().catch(() => undefined);
    else video.pause();
  }

  #set(seconds: number, isPlaying: boolean): void {
    if (seconds === this.#seconds && isPlaying === this.#isPlaying) return;
    this.#seconds = seconds;
    this.#isPlaying = isPlaying;
    for (const listener of this.#listeners) listener();
  }
}
