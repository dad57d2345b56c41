/**
 * Produces values that will be requested in this order, a few of them in advance: meanwhile other threads cut pictures and run
 * models. Some may never be requested.
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
    // The rejection of a value that is never requested is ignored; the one whose turn it is still throws where it is awaited.
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
