import type { Box, ScoredBox } from '../../../src/recognition/box.ts';
import type { Code } from '../../../src/recognition/codes/code.ts';
import type { Detection } from '../../../src/recognition/detection.ts';
import type { FoundLabel } from '../../../src/recognition/labels.ts';
import type { Blur } from '../../../src/recognition/objects/blur.ts';
import type { Place } from '../../../src/recognition/realogram.ts';
import type { TextLine } from '../../../src/recognition/text/text-line.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import type { AnalysisWarning } from '../../../src/shared/warning.ts';
import type { ItemMatrix } from './item-matrix.ts';
import type { Rendition, View, WrittenRendition } from './renditions.ts';

interface JobBase {
  /** What of people is hidden in the pictures that are made; absent: nothing. Models see the picture as it is. */
  blur?: Blur | null;
  /** For the log: what the job is for. Two jobs may share it. */
  id: string;
  /** Smaller runs first; equal ones in the order of arrival. */
  priority: number;
}

interface FileJob extends JobBase {
  /** Absolute path of the picture on this machine. */
  file: string;
}

/** What is looked for in a picture, and how. */
interface Analyzing {
  /** name@version */
  pipeline: string;
  /** Lowest confidence reported, 0..1; null: the pipeline's. */
  threshold: number | null;
  /** How many candidates per detection, or labels per picture, are listed. */
  topCandidates: number;
  /** false: only find products. */
  matchCatalog: boolean;
  /** true: similar neighbours on a shelf take the item that most of them have. */
  smoothNeighbors: boolean;
  /** For a pipeline that labels: groups of labels that accept the picture; null: not requested. */
  acceptGroups: readonly string[] | null;
  /** Sent to an engine only if it does not have this (key, version) yet. null: nothing to match with. */
  matrix: ItemMatrix | null;
}

/** One frame of a video, which comes decoded: it never was a file of its own. */
export interface FrameJob extends JobBase, Analyzing {
  frame: Pixels;
}

/** Products that were found in a frame of a video and are to be named. */
export interface NameFrameJob extends JobBase, Pick<Analyzing, 'pipeline' | 'matrix'> {
  frame: Pixels;
  /** Inside the frame. */
  boxes: readonly ScoredBox[];
}

/** Red, green and blue, a byte each, row by row without padding. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Buffer;
}

export interface AnalyzeJob extends FileJob, Analyzing {
  /** true: also read the text of the picture. */
  readText: boolean;
  /** true: also read barcodes and matrix codes. Absent: false. */
  readCodes?: boolean;
  /** Counted from onStart; null: no limit. */
  maxProcessingMs: number | null;
  /** true: also return the embedding of the whole picture. */
  describe: boolean;
  /** As DescribeJob has them. */
  renditions?: readonly Rendition[];
}

/** A catalogue picture to embed. */
export interface DescribeJob extends FileJob {
  /** name@version; its embedder is used. */
  pipeline: string;
  /** true: also return its local features. */
  features: boolean;
  /**
   * JPEGs to be made while the picture is decoded. Only the first of those that would be as wide as the picture is written, and one
   * of null only if browsers cannot show the original. Absent: none.
   */
  renditions?: readonly Rendition[];
}

/** Copies of a picture. */
export interface RenderJob extends FileJob {
  renditions: readonly Rendition[];
  /** Boxes are in pixels of the picture, oriented. null or absent: the whole picture. */
  view?: View | null;
}

/** Copies of a frame of a video, or of a part of it. */
export interface RenderFrameJob extends JobBase {
  frame: Pixels;
  renditions: readonly Rendition[];
  view?: View | null;
}

/** A picture whose text is read, without looking for products on it. */
export interface ReadJob extends FileJob {
  /** name@version; its models for text are used. */
  pipeline: string;
}

/** A detection as engines report it: its box as four numbers, and always its place on the shelves. */
export interface FoundDetection extends Omit<Detection, 'box' | 'place'> {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Position among the reported ones. */
  place: Place;
}

export interface Timings {
  decodeMs: number;
  /** Running models, with cutting and resizing for them. */
  inferenceMs: number;
  matchMs: number;
  /** Reading text; absent: not requested. */
  textMs?: number;
  /** Absent: no codes were to be read. */
  codesMs?: number;
}

interface AnalyzeResult {
  ok: true;
  width: number;
  height: number;
  detections: FoundDetection[];
  /** Labels of the whole picture, most probable first; empty unless the pipeline labels pictures. */
  labels: FoundLabel[];
  /** null: not requested. */
  accepted: boolean | null;
  /** Lines of text, in reading order; null: not requested, or not read, which a warning says then. */
  texts: TextLine[] | null;
  /** Price tags that a detector found; absent where no text was read. */
  tags?: readonly Box[];
  /** Null as `texts` is. */
  codes: Code[] | null;
  timings: Timings;
  /** Faults of the picture, and optional steps that failed: neither prevented the analysis. */
  warnings: AnalysisWarning[];
  /** For the log: why optional steps failed, where the warning does not say it. */
  faults?: string[];
  /** Embedding of the whole picture, if requested; absent if the time limit was reached before. */
  description?: Float32Array;
  /** Absent: none was requested. A rendition that could not be written is left out; it is made on request. */
  written?: WrittenRendition[];
}

/** What a product is taken for. */
export type FoundName = Pick<FoundDetection, 'itemId' | 'confidence' | 'matchedBy'>;

interface NameFrameResult {
  ok: true;
  /** In the order of the boxes. */
  names: FoundName[];
  timings: Timings;
}

interface DescribeResult {
  ok: true;
  width: number;
  height: number;
  embedding: Float32Array;
  /** name@version of the embedder, for example product-embedder@1; embeddings of different versions cannot be compared. */
  modelVersion: string;
  /** In the stored form; null: not requested, or the pipeline has no verifier. */
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

interface ReadResult {
  ok: true;
  /** In reading order. */
  lines: { text: string; confidence: number }[];
}

/** attempts: how often an engine has started the job; more than 1 after crashes. */
interface Attempts {
  attempts: number;
}

export type AnalyzeOutcome = AnalyzeResult & Attempts;
export type NameFrameOutcome = NameFrameResult & Attempts;
export type DescribeOutcome = DescribeResult & Attempts;
export type RenderOutcome = RenderResult & Attempts;
export type ReadOutcome = ReadResult & Attempts;
export interface FailedOutcome extends Attempts {
  ok: false;
  failure: Failure;
}

/** Each kind of job with its input, its message to the engine and its result. */
export interface JobKinds {
  analyze: { job: AnalyzeJob; result: AnalyzeResult };
  frame: { job: FrameJob; result: AnalyzeResult };
  nameFrame: { job: NameFrameJob; result: NameFrameResult };
  describe: { job: DescribeJob; result: DescribeResult };
  render: { job: RenderJob; result: RenderResult };
  renderFrame: { job: RenderFrameJob; result: RenderResult };
  read: { job: ReadJob; result: ReadResult };
}

export type JobKind = keyof JobKinds;
export type JobResult = JobKinds[JobKind]['result'];
