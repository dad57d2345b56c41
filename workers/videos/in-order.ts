/**
 * Works on a few items at a time and delivers the results in the order of the items. The next item is taken as soon as a result is
 * delivered, not when its reader comes back, so whoever works has something to do meanwhile; a slow reader still stops the producer.
 * @param atOnce how many are worked on at a time, beside the one that the reader has, at least 1
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result, void> {
  const results = working(items, work, atOnce);
  let next = results.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = results.next();
      // It is thrown where it is awaited, which may be never if the reader stops.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await results.return();
  }
}

async function* working<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result, void> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => {});
    running.push(result);
    if (running.length >= atOnce) yield await running.shift()!;
  }
  while (running.length > 0) yield await running.shift()!;
}
