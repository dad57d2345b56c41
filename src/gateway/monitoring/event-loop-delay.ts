import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { NumberSource } from './metrics.ts';

/** How often a timer looks; a shorter delay than this is not seen. */
const resolutionMs = 10;

export interface EventLoopDelay {
  gauge: NumberSource;
  stop(): void;
}

/** Watches how long requests wait because JavaScript or a garbage collection is running. */
export function watchEventLoopDelay(): EventLoopDelay {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    gauge: {
      name: 'event_loop_delay_seconds',
      help: 'The longest time since the last collection for which this process could not begin anything else. Above 0.1, requests are late.',
      read() {
        // Node counts the interval of the timer as well. Without a sample, max is 0.
        const longestMs = delay.max / 1e6 - resolutionMs;
        delay.reset();
        return Math.max(0, longestMs) / 1000;
      },
    },
    stop: () => void delay.disable(),
  };
}
