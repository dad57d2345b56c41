import { setImmediate as nextTurn } from 'node:timers/promises';
import { scoreRows, topRows } from '../recognition/nearest.ts';

export interface Neighbour {
  /** Lower-case hex. */
  sha256: string;
  /** Cosine, -1..1. */
  cosine: number;
}

/** Rows scored before other requests get their turn: about 6 ms. */
const sliceRows = 20_000;
const firstCapacity = 1_024;

/** Embeddings of pictures, one per row. */
export class EmbeddingMatrix {
  readonly dims: number;
  #data: Float32Array;
  #hashes: string[] = [];
  #known = new Set<string>();

  constructor(dims: number) {
    this.dims = dims;
    this.#data = new Float32Array(firstCapacity * dims);
  }

  get rows(): number {
    return this.#hashes.length;
  }

  /** Approximate memory of its rows. */
  get byteSize(): number {
    return this.rows * (4 * this.dims + 200);
  }

  has(sha256: string): boolean {
    return this.#known.has(sha256);
  }

  /** Does nothing for a picture that it already has. */
  add(sha256: string, embedding: Float32Array): void {
    if (this.#known.has(sha256)) return;
    const start = this.rows * this.dims;
    if (start + this.dims > this.#data.length) this.#grow();
    this.#data.set(embedding, start);
    this.#hashes.push(sha256);
    this.#known.add(sha256);
  }

  /** The `limit` nearest, nearest first: an exact scan, in slices between which the process does other things. */
  async nearest(query: Float32Array, limit: number): Promise<Neighbour[]> {
    // Rows that are added meanwhile go into other arrays or after these rows; removals do not change these.
    const data = this.#data;
    const hashes = this.#hashes;
    const count = hashes.length;
    const scores = new Float32Array(count);
    for (let from = 0; from < count; from += sliceRows) {
      if (from > 0) await nextTurn();
      scoreRows(data, query, scores, { from, to: Math.min(from + sliceRows, count) });
    }
    return topRows(scores, count, limit).map((row) => ({ sha256: hashes[row]!, cosine: scores[row]! }));
  }

  /** Removes the pictures that are not among these. */
  retain(hashes: ReadonlySet<string>): void {
    const rows = this.#hashes.flatMap((hash, row) => (hashes.has(hash) ? [row] : []));
    if (rows.length === this.rows) return;
    const data = new Float32Array(Math.max(firstCapacity, rows.length) * this.dims);
    for (const [at, row] of rows.entries())
      data.set(this.#data.subarray(row * this.dims, (row + 1) * this.dims), at * this.dims);
    this.#data = data;
    this.#hashes = rows.map((row) => this.#hashes[row]!);
    this.#known = new Set(this.#hashes);
  }

  #grow(): void {
    const larger = new Float32Array(Math.ceil(this.#data.length * 1.25));
    larger.set(this.#data);
    this.#data = larger;
  }
}
