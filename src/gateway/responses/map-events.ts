export interface EventMapping<Event, Answer> {
  answer(event: Event): Promise<Answer>;
  /** The answer before was taken: the next one is asked for, or none any more. */
  sent(): void;
  /** What a source that fails makes the stream fail with. */
  failed(error: Error): Error;
}

/** Answers each event of a source when it is asked for. Leaving the stream leaves the source, even while it waits for an event. */
export function mapEvents<Event, Answer>(
  source: AsyncIterable<Event>,
  { answer, sent, failed }: EventMapping<Event, Answer>,
): AsyncIterableIterator<Answer> {
  const events = source[Symbol.asyncIterator]();
  const nextEvent = async () => {
    try {
      return await events.next();
    } catch (error) {
      throw failed(error as Error);
    }
  };
  return {
    async next() {
      sent();
      const { value, done } = await nextEvent();
      return done ? { value: undefined, done } : { value: await answer(value), done: false };
    },
    async return() {
      sent();
      await events.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
