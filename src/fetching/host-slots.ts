import { Semaphore } from '../shared/semaphore.ts';

/** How many images one process fetches from one host at the same time; the others wait in the order in which they came. */
export class HostSlots {
  readonly #perHost: number;
  readonly #hosts = new Map<string, Semaphore>();

  constructor(perHost: number) {
    this.#perHost = perHost;
  }

  /** Does the work when a slot of the host is free. */
  async use<T>(host: string, work: () => Promise<T>): Promise<T> {
    const slots = this.#hosts.get(host) ?? new Semaphore(this.#perHost);
    this.#hosts.set(host, slots);
    try {
      return await slots.run(work);
    } finally {
      if (slots.idle) this.#hosts.delete(host);
    }
  }
}
