const ofPayload = 'null}';

/**
 * Payloads of one socket that are JSON already. graphql-ws takes no text: it writes each message, of which the payload is the last field, and
 * sends it in the same step. So such a payload is written as null, and its text takes that place when the message is sent.
 */
export class WrittenPayloads {
  #text: string | null = null;

  /** What is given to graphql-ws as the payload. */
  of(text: string): Record<string, unknown> {
    return {
      toJSON: () => {
        this.#text = text;
        return null;
      },
    };
  }

  /** The message as it is sent. */
  complete(message: string): string {
    if (this.#text === null) return message;
    const text = this.#text;
    this.#text = null;
    if (!message.endsWith(`"payload":${ofPayload}`))
      throw new Error('graphql-ws has written a message in another form.');
    return `${message.slice(0, -ofPayload.length)}${text}}`;
  }
}
