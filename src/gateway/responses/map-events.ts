export interface EventMapping<Event, Answer> {
  answer(event: Event): Promise<Answer>;
  /** The previous result was taken: the next one is requested, or the stream was left. */
  sent(): void;
  /** The error with which the stream fails when its source fails. */
  failed(error: Error): Error;
}

/** Maps each event of a source when it is requested. Leaving the stream leaves the source, even while it waits for an event. */
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
