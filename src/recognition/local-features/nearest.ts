import { descriptorValues, type LocalFeatures } from './features.ts';
import { nearestWasm } from './nearest.wasm.generated.ts';

/** The most similar keypoint of an item for each keypoint of a query, and vice versa. */
export interface Nearest {
  /** For each keypoint of the query: the item's keypoint with the highest cosine, the first of equal ones; -1 if all cosines are 0. */
  itemOf: Int32Array;
  /** Its cosine, and the second highest, float32 as computed. */
  best: Float32Array;
  second: Float32Array;
  /** For each keypoint of the item: the query's keypoint with the highest cosine, the first of equal ones; -1 if all are 0. */
  queryOf: Int32Array;
}

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

/** The functions of nearest.wat; all arguments are addresses in its memory, or counts. */
interface Kernel {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  findFactors(rows: number, count: number, factors: number): void;
  findNearest(
    query: number,
    queryFactors: number,
    queryCount: number,
    item: number,
    itemFactors: number,
    itemCount: number,
    lanes: number,
    bestOfItem: number,
    rowOfItem: number,
  ): void;
}

const pageBytes = 65536;
/** Numbers of one vector register. */
const laneCount = 4;

let kernel: Kernel | null = null;

/**
 * Compares all descriptors of two pictures. Written in WebAssembly: 300 x 300 take 0.2 ms on one thread, and 80 times as long in
 * TypeScript, which has no SIMD. ONNX Runtime's MatMul and MatMulInteger take 0.4 ms, a third of it to read the products, and every
 * comparison would have to queue.
 */
export function findNearest(query: LocalFeatures, item: LocalFeatures): Nearest {
  kernel ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(nearestWasm, 'base64'))).exports as Kernel;
  const itemRows = Math.ceil(item.count / laneCount) * laneCount;
  const at = layOut(query.count, itemRows);
  const missing = at.end - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / pageBytes));
  const { buffer } = kernel.memory;
  const memory = new Uint8Array(buffer);
  memory.set(query.descriptors, at.query);
  memory.set(item.descriptors, at.item);
  memory.fill(0, at.item + item.descriptors.length, at.item + itemRows * descriptorValues);
  memory.fill(0, at.bestOfItem, at.rowOfItem);
  memory.fill(0xff, at.rowOfItem, at.end);
  kernel.findFactors(at.query, query.count, at.queryFactors);
  kernel.findFactors(at.item, itemRows, at.itemFactors);
  kernel.findNearest(
    at.query,
    at.queryFactors,
    query.count,
    at.item,
    at.itemFactors,
    itemRows,
    at.lanes,
    at.bestOfItem,
    at.rowOfItem,
  );
  const queryOf = new Int32Array(buffer, at.rowOfItem, item.count).slice();
  return { ...joinLanes(buffer, at.lanes, query.count), queryOf };
}

/** Addresses of the arrays for nearest.wat, one after the other. */
function layOut(queryRows: number, itemRows: number) {
  const query = 0;
  const item = query + queryRows * descriptorValues;
  const queryFactors = item + itemRows * descriptorValues;
  const itemFactors = queryFactors + queryRows * 4;
  const lanes = itemFactors + itemRows * 4;
  const bestOfItem = lanes + queryRows * 3 * laneCount * 4;
  const rowOfItem = bestOfItem + itemRows * 4;
  return { query, item, queryFactors, itemFactors, lanes, bestOfItem, rowOfItem, end: rowOfItem + itemRows * 4 };
}

/**
 * Each lane has processed every fourth keypoint of the item: the best of all is the best of one lane, and the second best is the
 * best of another lane or the second of the same.
 */
function joinLanes(buffer: ArrayBuffer, at: number, count: number): Omit<Nearest, 'queryOf'> {
  const floats = new Float32Array(buffer, at, count * 3 * laneCount);
  const indexes = new Int32Array(buffer, at, count * 3 * laneCount);
  const itemOf = new Int32Array(count);
  const best = new Float32Array(count);
  const second = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    let highest = 0;
    let next = 0;
    let index = -1;
    for (let lane = 0, from = row * 3 * laneCount; lane < laneCount; lane++, from++) {
      const value = floats[from]!;
      const item = indexes[from + 2 * laneCount]!;
      if (value > highest || (value === highest && item !== -1 && item < index)) {
        next = Math.max(next, highest);
        highest = value;
        index = item;
      } else next = Math.max(next, value);
      next = Math.max(next, floats[from + laneCount]!);
    }
    itemOf[row] = index;
    best[row] = highest;
    second[row] = next;
  }
  return { itemOf, best, second };
}
