/**
 * Takes steps, one after the other, until one is not full, because nothing more was left for it, or it is stopped.
 * @param full how many rows a full step is about.
 * @param step returns how many it was about.
 * @returns how many that were together.
 */
export async function untilDone(full: number, step: () => Promise<number>, stop?: AbortSignal): Promise<number> {
  let all = 0;
  for (let taken = full; taken === full && !stop?.aborted; all += taken) taken = await step();
  return all;
}
