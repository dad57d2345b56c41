import { useEffect, useState } from 'react';

const everyMs = 5_000;

/** Milliseconds since 1970, again every few seconds: figures of the last hour change while nothing arrives, too. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  // What arrived since the last tick belongs to the present.
  return Math.max(now, Date.now());
}
