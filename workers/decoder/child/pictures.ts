import { type StreamFacts, shownAs } from '../stream-facts.ts';
import type { FilterContext, FilterGraph, Frame, Native } from './native.ts';

/** Turns frames as they are stored into RGB as they are shown. */
export class Pictures {
  readonly #native: Native;
  readonly #filters: string;
  readonly #picture: Frame;
  /** For pictures whose rows FFmpeg pads. Reused: a new buffer of 6 MB for every frame of 1080p costs 4 ms of page faults. */
  readonly #packed: Buffer;
  readonly #rowBytes: number;
  #graph: { of: string; graph: FilterGraph; source: FilterContext; sink: FilterContext } | null = null;

  constructor(native: Native, facts: StreamFacts) {
    this.#native = native;
    const shown = shownAs(facts);
    this.#filters = shown.filters;
    this.#rowBytes = shown.width * 3;
    this.#packed = Buffer.allocUnsafeSlow(this.#rowBytes * shown.height);
    this.#picture = new native.Frame();
    this.#picture.alloc();
  }

  /** @returns valid until the next call. */
  pixelsOf(frame: Frame): Buffer {
    const { source, sink } = this.#graphFor(frame);
    this.#check(source.buffersrcAddFrameSync(frame, 0));
    this.#picture.unref();
    this.#check(sink.buffersinkGetFrameSync(this.#picture));
    return this.#withoutPadding(this.#picture.data![0]!, this.#picture.linesize[0]!);
  }

  #withoutPadding(rows: Buffer, stride: number): Buffer {
    if (stride === this.#rowBytes) return rows.subarray(0, this.#packed.length);
    for (let row = 0, to = 0; to < this.#packed.length; row += 1, to += this.#rowBytes)
      rows.copy(this.#packed, to, row * stride, row * stride + this.#rowBytes);
    return this.#packed;
  }

  /** Streams may change size and format on the way. */
  #graphFor({ width, height, format, colorSpace, colorRange }: Frame) {
    const input = `video_size=${width}x${height}:pix_fmt=${format}:colorspace=${colorSpace}:range=${colorRange}`;
    if (this.#graph?.of === input) return this.#graph;
    this.#graph?.graph.free();
    const graph = new this.#native.FilterGraph();
    graph.alloc();
    graph.nbThreads = 1;
    const ends = { source: 'buffer@source', sink: 'buffersink@sink' };
    // Times do not pass through the filters, so any base of time will do.
    this.#check(graph.parse2(`${ends.source}=${input}:time_base=1/1000,${this.#filters},${ends.sink}`));
    this.#check(graph.configSync());
    this.#graph = { of: input, graph, source: graph.getFilter(ends.source)!, sink: graph.getFilter(ends.sink)! };
    return this.#graph;
  }

  #check(result: number): void {
    if (result < 0) throw new Error(`A frame cannot be converted: ${this.#native.FFmpegError.strerror(result)}`);
  }
}
