/** How many pictures are fetched from one host at the same time by one process; the others wait in the order they came. */
export class HostSlots {
  readonly #perHost: number;
  readonly #hosts = new Map<string, { free: number; waiting: (() => void)[] }>();

  constructor(perHost: number) {
    this.#perHost = perHost;
  }

  /** Does the work when a slot of the host is free. */
  async use<T>(host: string, work: () => Promise<T>): Promise<T> {
    await this.#take(host);
    try {
      return await work();
    } finally {
      this.#give(host);
    }
  }

  #take(host: string): Promise<void> {
    const slots = this.#hosts.get(host) ?? { free: this.#perHost, waiting: [] };
    this.#hosts.set(host, slots);
    if (slots.free === 0) return new Promise((resolve) => slots.waiting.push(resolve));
    slots.free -= 1;
    return Promise.resolve();
  }

  #give(host: string): void {
    const slots = this.#hosts.get(host)!;
    const next = slots.waiting.shift();
    // The slot goes from hand to hand.
    if (next) next();
    else slots.free += 1;
    if (slots.free === this.#perHost) this.#hosts.delete(host);
  }
}
