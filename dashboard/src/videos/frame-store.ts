import type { PlayedFrameFragment } from './video.generated.ts';

type Frame = PlayedFrameFragment;

/** Frames of a part of a video, in the order of time. */
export type LoadFrames = (fromSeconds: number, toSeconds: number) => Promise<Frame[]>;

/** Parts that are kept, those around the last place that was watched: an hour of frames is hundreds of megabytes. */
const keptParts = 12;

interface Part {
  frames: readonly Frame[];
  state: 'loading' | 'loaded' | 'failed';
}

const noFrames: readonly Frame[] = [];

/** The frames around the play head, which are loaded part by part as the video is watched. */
export class FrameStore {
  /** By index, the latest used last. */
  readonly #parts = new Map<number, Part>();
  readonly #load: LoadFrames;
  readonly #partSeconds: number;
  readonly #listeners = new Set<() => void>();
  #around: { index: number; frames: readonly Frame[] } = { index: -1, frames: noFrames };
  #error: unknown = null;

  constructor(load: LoadFrames, partSeconds: number) {
    this.#load = load;
    this.#partSeconds = partSeconds;
  }

  /** What went wrong last; null: nothing. */
  readonly error = (): unknown => this.#error;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The frames of the part around a time and of those beside it, as far as they are there; the others are on their way. */
  around(seconds: number): readonly Frame[] {
    const index = Math.floor(seconds / this.#partSeconds);
    for (const wanted of [index - 1, index + 1, index]) if (wanted >= 0) this.#want(wanted);
    if (this.#around.index !== index)
      this.#around = {
        index,
        frames: [index - 1, index, index + 1].flatMap((one) => this.#parts.get(one)?.frames ?? noFrames),
      };
    return this.#around.frames;
  }

  /** This second was analysed since. */
  refresh(second: number): void {
    const index = Math.floor(second / this.#partSeconds);
    if (this.#parts.has(index)) void this.#fetch(index);
  }

  retry(): void {
    this.#error = null;
    for (const [index, { state }] of this.#parts) if (state === 'failed') this.#parts.delete(index);
    this.#changed();
  }

  #want(index: number): void {
    const known = this.#parts.get(index);
    if (!known) return void this.#fetch(index);
    this.#parts.delete(index);
    this.#parts.set(index, known);
  }

  async #fetch(index: number): Promise<void> {
    const part: Part = { frames: this.#parts.get(index)?.frames ?? noFrames, state: 'loading' };
    this.#parts.delete(index);
    this.#parts.set(index, part);
    for (const oldest of [...this.#parts.keys()].slice(0, -keptParts)) this.#parts.delete(oldest);
    const from = index * this.#partSeconds;
    try {
      part.frames = await this.#load(from, from + this.#partSeconds);
      part.state = 'loaded';
    } catch (error) {
      this.#error = error;
      part.state = 'failed';
    }
    // A part that was asked for again since is another one, which will have more.
    if (this.#parts.get(index) === part) this.#changed();
  }

  #changed(): void {
    this.#around = { index: -1, frames: noFrames };
    for (const listener of this.#listeners) listener();
  }
}
