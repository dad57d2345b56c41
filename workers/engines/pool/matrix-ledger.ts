import type { ItemMatrix } from '../protocol/item-matrix.ts';
import type { ToEngine } from '../protocol/messages.ts';

/** Bytes of item vectors that one engine may have; 128 MB are 125,000 items of 256 numbers. A single larger matrix is allowed alone. */
const mostSentBytes = 128 * 1024 * 1024;

/** The matrices in one engine, as the pool knows them: the least recently used are removed first. */
export class MatrixLedger {
  /** Slot to bytes, the least recently used first. */
  readonly #held = new Map<string, number>();
  readonly #maxBytes: number;

  constructor(maxBytes = mostSentBytes) {
    this.#maxBytes = maxBytes;
  }

  /** The slot of a matrix, and the messages that must precede a job which uses it. */
  use(matrix: ItemMatrix): { slot: string; messages: ToEngine[] } {
    const slot = `${matrix.key}@${matrix.version}`;
    const messages: ToEngine[] = [];
    if (!this.#held.has(slot)) messages.push({ type: 'matrix', slot, matrix });
    this.#held.delete(slot);
    this.#held.set(slot, countBytes(matrix));
    for (const old of this.#superfluous(slot)) {
      this.#held.delete(old);
      messages.unshift({ type: 'drop-matrix', slot: old });
    }
    return { slot, messages };
  }

  #superfluous(inUse: string): string[] {
    let bytes = [...this.#held.values()].reduce((sum, size) => sum + size, 0);
    const old: string[] = [];
    for (const [slot, size] of this.#held) {
      if (bytes <= this.#maxBytes || slot === inUse) break;
      old.push(slot);
      bytes -= size;
    }
    return old;
  }
}

/** Bytes of the vectors; the ids are small beside them. */
export function countBytes({ data, taught }: ItemMatrix): number {
  return data.byteLength + (taught?.references.data.byteLength ?? 0) + (taught?.counterExamples.data.byteLength ?? 0);
}
