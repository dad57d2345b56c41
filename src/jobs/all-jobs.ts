import type { PayloadOf } from './define-job.ts';
import {
  analyzeJob,
  analyzeVideosJob,
  cleanRetentionJob,
  countOldAnalysesJob,
  cutImageJob,
  describeExampleJob,
  exportAnalysesJob,
  fetchImagesJob,
  fetchVideoJob,
  importCatalogJob,
  indexCatalogItemJob,
  indexCounterExamplesJob,
  indexImagesJob,
  indexMissedJob,
  probeVideoJob,
  readCatalogWordsJob,
  receiveUploadJob,
  removeOriginalJob,
  renderImageJob,
  renderVideoJob,
  teachJob,
} from './definitions.ts';

/** Every job there is. Each has a handler of its name in workers/jobs. */
export const jobs = [
  analyzeJob,
  analyzeVideosJob,
  cleanRetentionJob,
  countOldAnalysesJob,
  cutImageJob,
  describeExampleJob,
  exportAnalysesJob,
  fetchImagesJob,
  fetchVideoJob,
  importCatalogJob,
  indexCatalogItemJob,
  indexCounterExamplesJob,
  indexImagesJob,
  indexMissedJob,
  probeVideoJob,
  readCatalogWordsJob,
  receiveUploadJob,
  removeOriginalJob,
  renderImageJob,
  renderVideoJob,
  teachJob,
] as const;

export type Job = (typeof jobs)[number];
export type JobName = Job['name'];
export type Payloads = { [Definition in Job as Definition['name']]: PayloadOf<Definition> };
