import { useEffect, useRef } from 'react';

/**
 * Does something for a key within a second, once however often it is asked for until then: what a burst of events makes stale is read
 * again once. Nothing is done after the component is gone.
 */
export function useSoon(work: (key: string) => void, waitMs = 1_000): (key: string) => void {
  const latest = useRef(work);
  latest.current = work;
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const pending = timers.current;
    return () => {
      for (const timer of pending.values()) clearTimeout(timer);
      pending.clear();
    };
  }, []);
  return (key) => {
    if (timers.current.has(key)) return;
    const run = () => {
      timers.current.delete(key);
      latest.current(key);
    };
    timers.current.set(key, setTimeout(run, waitMs));
  };
}
