/**
 * Makes values that will be asked for in this order, a few of them ahead: pictures are cut, and models run, in other threads
 * meanwhile. Some may never be asked for.
 */
export function makeAhead<T>(
  order: readonly number[],
  ahead: number,
  make: (index: number) => Promise<T>,
): (index: number) => Promise<T> {
  const turns = new Map(order.map((index, turn) => [index, turn]));
  const making = new Map<number, Promise<T>>();
  const start = (index: number): Promise<T> => {
    const made = making.get(index) ?? make(index);
    // One that fails and is never asked for is nobody's; the one in turn still throws where it is awaited.
    made.catch(() => {});
    making.set(index, made);
    return made;
  };
  return (index) => {
    const turn = turns.get(index) ?? order.length;
    const made = start(index);
    making.delete(index);
    for (const next of order.slice(turn + 1, turn + 1 + ahead)) void start(next);
    return made;
  };
}
