import { useEffect, useState } from 'react';

/** Milliseconds since 1970, again every few seconds: what depends on the time changes while nothing else does, too. */
export function useNow(everyMs = 5_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  // What arrived since the last tick belongs to the present.
  return Math.max(now, Date.now());
}
