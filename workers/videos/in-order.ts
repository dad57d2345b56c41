/**
 * Works on a few items at a time and delivers the results in the order of the items. The next item is taken only when there is room, so a
 * slow consumer stops the producer.
 * @param atOnce how many are worked on at a time, at least 1
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result, void> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // It is thrown where it is awaited, which may be never if an earlier one fails.
    result.catch(() => {});
    running.push(result);
    if (running.length >= atOnce) yield await running.shift()!;
  }
  while (running.length > 0) yield await running.shift()!;
}
