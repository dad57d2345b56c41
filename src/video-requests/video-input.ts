import type { Priority } from '../analyses/life.ts';
import type { Location } from '../analyses/location.ts';
import type { AnalysisOptions } from '../analyses/options.ts';
import type { GivenId } from '../given-id.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import type { Sampling } from '../video-analyses/sampling.ts';

/** Where the bytes of a video come from. */
export type VideoSource =
  | { upload: Promise<FileUpload> }
  | { videoId: GivenId }
  | { uploadId: GivenId }
  | { url: string };

/** The client's data about a video. */
export interface VideoFields {
  externalId: string | null;
  placeId: string | null;
  recordedAt: Date | null;
  metadata: Record<string, unknown>;
}

/** A video to analyse, and how. */
export interface AnalyzeVideoInput extends VideoFields {
  source: VideoSource;
  taskId: GivenId;
  sampling: Sampling;
  visitId: string | null;
  location: Location | null;
  priority: Priority;
  /** null: no limit. */
  maxProcessingSeconds: number | null;
  options: AnalysisOptions;
}
