/** Bounds the pixels of decoded pictures in memory: whoever does not fit waits, in order, until others give theirs back. */
export class PixelBudget {
  #free: number;
  readonly #capacity: number;
  readonly #waiting: { pixels: number; proceed: () => void }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /** Resolves with the function that gives the pixels back. A picture larger than everything waits for everything. */
  async take(pixels: number): Promise<() => void> {
    const share = Math.min(pixels, this.#capacity);
    if (this.#waiting.length > 0 || share > this.#free) {
      await new Promise<void>((proceed) => this.#waiting.push({ pixels: share, proceed }));
    } else this.#free -= share;
    return () => this.#give(share);
  }

  #give(pixels: number): void {
    this.#free += pixels;
    for (let next = this.#waiting[0]; next && next.pixels <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.pixels;
      next.proceed();
    }
  }
}
