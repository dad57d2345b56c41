import type { Logger } from './log.ts';

type Step = (graceMs: number) => Promise<void> | void;

/** What has been started, to be stopped in the opposite order. One step that fails does not keep the others from running. */
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
   * @param graceMs what a step may spend on finishing what runs.
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
