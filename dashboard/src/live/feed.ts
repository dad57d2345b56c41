import { LastHour } from './last-hour.ts';
import type { LiveAnalysisFragment, LiveStartQuery } from './live.generated.ts';

/** Pictures that the page shows. */
const shownLimit = 24;

/**
 * What the Live page holds of the stream: the newest pictures and figures of an hour, however much has come. It is no Apollo cache,
 * which would keep all of it.
 */
export class LiveFeed {
  readonly hour = new LastHour();
  /** Where the stream begins. */
  readonly start: string;
  #shown: readonly LiveAnalysisFragment[] = [];
  /** How far the stream has come. */
  cursor: string;
  #listeners = new Set<() => void>();
  #frame = 0;

  constructor({ eventCursor, latest, lastHour }: LiveStartQuery) {
    this.start = eventCursor;
    this.cursor = eventCursor;
    this.#shown = latest.nodes;
    for (const analysis of lastHour.nodes) this.hour.add(analysis);
  }

  add(analysis: LiveAnalysisFragment): void {
    this.hour.add(analysis);
    this.#shown = [analysis, ...this.#shown.filter(({ id }) => id !== analysis.id)].slice(0, shownLimit);
    // However fast events arrive, the page is drawn once a frame.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    });
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly shown = (): readonly LiveAnalysisFragment[] => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
