import { Readable } from 'node:stream';

/** Bytes that end where they are cut, so that those that have arrived can be kept. */
export interface CutStream {
  /** A stream of about this many of the next bytes, or of all that are left. Read one to its end before the next. */
  take(bytes?: number): Readable;
  /** Whether nothing follows. */
  hasEnded(): boolean;
  /** Why the bytes were cut; null: they were not, or not yet. */
  cause(): unknown;
}

export function openCutStream(bytes: Readable): CutStream {
  const chunks: AsyncIterator<Buffer> = bytes[Symbol.asyncIterator]();
  let ended = false;
  let cause: unknown = null;

  async function next(): Promise<Buffer | null> {
    try {
      const { done, value } = await chunks.next();
      if (!done) return value;
    } catch (error) {
      cause = error;
    }
    ended = true;
    return null;
  }

  async function* take(limit: number): AsyncGenerator<Buffer> {
    for (let taken = 0; taken < limit; ) {
      const chunk = await next();
      if (chunk === null) return;
      taken += chunk.length;
      yield chunk;
    }
  }

  return {
    take: (limit = Number.POSITIVE_INFINITY) => Readable.from(take(limit), { objectMode: false }),
    hasEnded: () => ended,
    cause: () => cause,
  };
}
