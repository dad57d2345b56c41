import { type Finished, LastHour } from './last-hour.ts';
import type { LiveAnalysisFragment, LiveStartQuery } from './live.generated.ts';

/** Pictures that the page shows. */
const shownLimit = 24;
let feeds = 0;

/**
 * What the Live page holds of the stream: the newest pictures and figures of an hour, however much has come. It is no Apollo cache,
 * which would keep all of it.
 */
export class LiveFeed {
  /** Tells feeds apart. */
  readonly id = ++feeds;
  readonly taskId: string | null;
  readonly hour = new LastHour();
  /** Where the stream begins. */
  readonly start: string;
  /** How far the stream has come. */
  cursor: string;
  #shown: readonly LiveAnalysisFragment[];
  #version = 0;
  readonly #listeners = new Set<() => void>();
  #frame = 0;

  constructor(taskId: string | null, { eventCursor, analyses }: LiveStartQuery) {
    this.taskId = taskId;
    this.start = eventCursor;
    this.cursor = eventCursor;
    this.#shown = analyses.nodes;
  }

  /** The newest first. */
  get shown(): readonly LiveAnalysisFragment[] {
    return this.#shown;
  }

  add(analysis: LiveAnalysisFragment): void {
    // One that ended between the reading of the position and that of the list is in both; the history counts it.
    const others = this.#shown.filter(({ id }) => id !== analysis.id);
    if (others.length === this.#shown.length) this.hour.add(analysis);
    this.#shown = [analysis, ...others].slice(0, shownLimit);
    this.#changed();
  }

  /** What ended before the stream began. @param isCut whether earlier ones are left out, so far */
  addHistory(analyses: readonly Finished[], isCut: boolean): void {
    for (const analysis of analyses) this.hour.add(analysis);
    this.hour.since = isCut ? (analyses.at(-1)?.finishedAt ?? null) : null;
    this.#changed();
  }

  /** However fast events arrive, the page is drawn once a frame. */
  #changed(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#version++;
      for (const listener of this.#listeners) listener();
    });
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
