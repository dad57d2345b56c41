import type { Logger } from './log.ts';

type Step = (graceMs: number) => Promise<void> | void;

/** Everything that has been started, to be stopped in the opposite order. A failing step does not prevent the others. */
export class Teardown {
  readonly #logger: Logger;
  readonly #steps: { name: string; step: Step }[] = [];
  #running: Promise<void> | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, step: Step): void {
    this.#steps.push({ name, step });
  }

  /**
   * Runs all steps; a second call waits for the first.
   * @param graceMs how long a step may let running work finish.
   */
  run(graceMs = 0): Promise<void> {
    this.#running ??= this.#runSteps(graceMs);
    return this.#running;
  }

  async #runSteps(graceMs: number): Promise<void> {
    for (const { name, step } of this.#steps.reverse()) {
      try {
        await step(graceMs);
        this.#logger.debug({ step: name }, 'Stopped.');
      } catch (error) {
        this.#logger.error({ err: error, step: name }, 'A part of the server did not stop cleanly.');
      }
    }
  }
}
