/**
 * Reusable arrays for the inputs of a model. With new arrays for each of a hundred crops, V8 collected garbage so often that it
 * took a sixth of the processor time.
 */
export class FreeArrays {
  readonly #free: Float32Array<ArrayBuffer>[] = [];

  /** Its contents are undefined. */
  take(length: number): Float32Array<ArrayBuffer> {
    const index = this.#free.findIndex((array) => array.length === length);
    return index === -1 ? new Float32Array(length) : this.#free.splice(index, 1)[0]!;
  }

  give(array: Float32Array<ArrayBuffer>): void {
    this.#free.push(array);
  }
}
