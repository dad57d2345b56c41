import { type AnyReceived, discardAll } from './received.ts';

/**
 * Receives what a request sends or names, in the order of `sources`. All at once, because a part of a multipart request arrives only
 * after the previous part was read, and parts may be in another order than `sources`: awaiting them in that order could wait for ever.
 * @throws the error of a stream, for example because the client disconnected or the disk is full; then nothing is left.
 */
export async function receiveAll<Source, One extends AnyReceived>(
  sources: readonly Source[],
  receive: (source: Source) => Promise<One>,
): Promise<One[]> {
  const outcomes = await Promise.allSettled(sources.map(receive));
  const received = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken === undefined) return received;
  await discardAll(received);
  throw broken.reason;
}

/** Reads each file once: several variables may refer to one file, whose stream can be read only once. */
export function onceEach<File, One>(read: (file: File) => Promise<One>): (file: File) => Promise<One> {
  const reading = new Map<File, Promise<One>>();
  return (file) => {
    const one = reading.get(file) ?? read(file);
    reading.set(file, one);
    return one;
  };
}
