import { useCallback, useEffect, useRef, useState } from 'react';

/** Between two readings of what changes with each second of video that is analysed. */
const pauseMs = 1000;

/**
 * What `load` returns, read again when something changes.
 * @param reading changes when there is something new
 */
export function useReloaded<Value>(load: () => Promise<Value>, reading: unknown) {
  const [value, setValue] = useState<Value | null>(null);
  const [error, setError] = useState<unknown>(null);
  const state = useRef({ isReading: false, isStale: false });
  const latest = useRef(load);
  latest.current = load;

  const read = useCallback(() => {
    if (state.current.isReading) {
      state.current.isStale = true;
      return;
    }
    state.current = { isReading: true, isStale: false };
    latest
      .current()
      .then(setValue, setError)
      .finally(() =>
        setTimeout(() => {
          state.current.isReading = false;
          if (state.current.isStale) read();
        }, pauseMs),
      );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it says when
  useEffect(read, [read, reading]);
  return {
    value,
    error,
    retry() {
      setError(null);
      read();
    },
  };
}
