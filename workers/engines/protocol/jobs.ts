import type { DrawnDetection } from '../../../src/drawing/annotations.ts';
import type { Box } from '../../../src/recognition/box.ts';
import type { Detection } from '../../../src/recognition/detection.ts';
import type { FoundLabel } from '../../../src/recognition/labels.ts';
import type { Place } from '../../../src/recognition/realogram.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import type { AnalysisWarning } from '../../../src/shared/warning.ts';

/** The items of one task: rows of data are L2-normalised, one an item. (key, version) must change when anything of it does. */
export interface ItemMatrix {
  key: string;
  version: string;
  itemIds: string[];
  /** Of each item, its pictures whose features are stored, the thumbnail first; empty where there are none (yet). */
  pictureIds: string[][];
  dims: number;
  data: Float32Array;
}

/** Which catalogue picture's features an engine lacks. */
export interface WantedFeatures {
  itemId: string;
  pictureId: string;
}

/** Local features of a catalogue picture as they are stored; see encodeViews. */
export interface StoredFeatures {
  pictureId: string;
  features: Uint8Array;
}

/** A smaller copy of a picture, turned as people see it and without metadata. */
export interface Rendition {
  /** Pixels, never enlarged; null: as wide as the picture. */
  width: number | null;
  /** Absolute path, ending in .webp, else JPEG is written. It is complete or not there. */
  target: string;
}

/** width: pixels, less than asked for when the picture is narrower. */
export interface WrittenRendition {
  width: number;
  target: string;
  bytes: number;
}

interface JobBase {
  /** For the log: what the job is for. Two jobs may share it. */
  id: string;
  /** Absolute path of the picture on this machine. */
  file: string;
  /** Smaller goes first; equal ones go in the order of their arrival. */
  priority: number;
}

export interface AnalyzeJob extends JobBase {
  /** name@version */
  pipeline: string;
  /** Lowest confidence reported, 0..1; null: the pipeline's. */
  threshold: number | null;
  /** How many candidates a detection, or labels a picture, lists. */
  topCandidates: number;
  /** false: only find products. */
  matchCatalog: boolean;
  /** true: neighbours on a shelf that look alike take the item most of them got. */
  smoothNeighbors: boolean;
  /** Of a pipeline that labels: groups of labels that accept the picture; null: not asked for. */
  acceptGroups: readonly string[] | null;
  /** Sent to an engine only when it does not hold this (key, version) yet. null: nothing to match with. */
  matrix: ItemMatrix | null;
  /** Counted from onStart; null: no limit. */
  maxProcessingMs: number | null;
  /** true: the embedding of the whole picture is wanted, too. */
  describe: boolean;
  /** As DescribeJob has them. */
  renditions?: readonly Rendition[];
}

/** A catalogue picture of which an embedding is wanted. */
export interface DescribeJob extends JobBase {
  /** name@version; its embedder is used. */
  pipeline: string;
  /** true: its local features are wanted, too. */
  features: boolean;
  /**
   * JPEGs to be made while the picture is decoded. Of those that would be as wide as the picture only the first is written, and one
   * of null only where browsers cannot show the original. Absent: none.
   */
  renditions?: readonly Rendition[];
}

/** Of a picture, in place of the whole: one product on it, or the whole with what was found drawn on it. */
export type View =
  | { kind: 'region'; box: Box }
  | { kind: 'annotated'; detections: readonly DrawnDetection[]; minConfidence: number | null };

/** Copies of a picture. */
export interface RenderJob extends JobBase {
  renditions: readonly Rendition[];
  /** Boxes are in pixels of the picture, oriented. null or absent: the whole picture. */
  view?: View | null;
}

/** A detection as engines tell of it: its box in four numbers, and always its place on the shelves. */
export interface FoundDetection extends Omit<Detection, 'box' | 'place'> {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Among what is reported. */
  place: Place;
}

export interface Timings {
  decodeMs: number;
  /** Running models, with cutting and resizing for them. */
  inferenceMs: number;
  matchMs: number;
}

interface AnalyzeResult {
  ok: true;
  width: number;
  height: number;
  detections: FoundDetection[];
  /** Of the whole picture, likeliest first; empty unless the pipeline labels. */
  labels: FoundLabel[];
  /** null: not asked for. */
  accepted: boolean | null;
  timings: Timings;
  /** What is wrong with the picture and did not keep it from being read. */
  warnings: AnalysisWarning[];
  /** Of the whole picture, where it was wanted; absent when its time was over by then. */
  description?: Float32Array;
  /** Absent: none was wanted. One that could not be written is left out: it is made when somebody asks for it. */
  written?: WrittenRendition[];
}

interface DescribeResult {
  ok: true;
  width: number;
  height: number;
  embedding: Float32Array;
  /** name@version of the embedder, for example product-embedder@1; embeddings of different versions do not compare. */
  modelVersion: string;
  /** As they are stored; null: not wanted, or the pipeline has no verifier. */
  features: Uint8Array | null;
  /** As of an AnalyzeResult. */
  written?: WrittenRendition[];
}

interface RenderResult {
  ok: true;
  /** Of the original, oriented. */
  width: number;
  height: number;
  written: WrittenRendition[];
}

/** attempts: how often the job was handed to an engine; above 1 after engine deaths. */
interface Attempts {
  attempts: number;
}

export type AnalyzeOutcome = AnalyzeResult & Attempts;
export type DescribeOutcome = DescribeResult & Attempts;
export type RenderOutcome = RenderResult & Attempts;
export interface FailedOutcome extends Attempts {
  ok: false;
  failure: Failure;
}

/** Each kind of job with what comes in, what goes to the engine and what comes back. */
export interface JobKinds {
  analyze: { job: AnalyzeJob; result: AnalyzeResult };
  describe: { job: DescribeJob; result: DescribeResult };
  render: { job: RenderJob; result: RenderResult };
}

export type JobKind = keyof JobKinds;
export type JobResult = JobKinds[JobKind]['result'];
