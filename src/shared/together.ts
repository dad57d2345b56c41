export interface TogetherOptions<Request, Answer> {
  /** Answers several requests at once, in their order. */
  answer(requests: readonly Request[]): Promise<readonly Answer[]>;
  /** Whether an error concerns all requests that were answered together. After any other, each of them is tried on its own. */
  concernsAll(error: unknown): boolean;
  /** Number of calls of `answer` that run at a time. */
  atOnce: number;
  /** Maximum number of requests of one call. */
  most: number;
}

interface Waiting<Request, Answer> {
  request: Request;
  answer: PromiseWithResolvers<Answer>;
}

/**
 * Answers the first request at once. Those that arrive while it runs wait, and are then answered together: so a few calls are enough
 * for any number of requests, without making a single one wait for others.
 */
export class Together<Request, Answer> {
  readonly #options: TogetherOptions<Request, Answer>;
  #waiting: Waiting<Request, Answer>[] = [];
  #running = 0;

  constructor(options: TogetherOptions<Request, Answer>) {
    this.#options = options;
  }

  /** @throws the error of `answer` */
  ask(request: Request): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.push({ request, answer });
    this.#next();
    return answer.promise;
  }

  #next(): void {
    const { atOnce, most } = this.#options;
    if (this.#running >= atOnce || this.#waiting.length === 0) return;
    this.#running += 1;
    // It never rejects: every error is passed on to those who asked.
    void this.#answer(this.#waiting.splice(0, most)).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #answer(waiting: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.answer(waiting.map(({ request }) => request));
      for (const [index, { answer }] of waiting.entries()) answer.resolve(answers[index]!);
    } catch (error) {
      if (waiting.length > 1 && !this.#options.concernsAll(error)) for (const one of waiting) await this.#answer([one]);
      else for (const { answer } of waiting) answer.reject(error);
    }
  }
}
