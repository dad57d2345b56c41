/** Lets so many run at a time; the others wait in the order they came. */
export function createSlots(count: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // The slot is handed on: were it freed first, somebody who came later could take it.
      if (next) next();
      else free += 1;
    }
  };
}
