import type { AnalysisRunner } from './analysis-runner.ts';
import type { JobHandlers } from './job-handler.ts';
import { analyzeHandler } from './jobs/analyze.ts';
import { analyzeVideosHandler } from './jobs/analyze-videos.ts';
import { cleanRetentionHandler } from './jobs/clean-retention.ts';
import { countOldAnalysesHandler } from './jobs/count-old-analyses.ts';
import { cutImageHandler } from './jobs/cut-image.ts';
import { describeExampleHandler } from './jobs/describe-example.ts';
import { exportAnalysesHandler } from './jobs/export-analyses.ts';
import { fetchImagesHandler } from './jobs/fetch-images.ts';
import { fetchVideoHandler } from './jobs/fetch-video.ts';
import { importCatalogHandler } from './jobs/import-catalog.ts';
import { indexCatalogItemHandler } from './jobs/index-catalog-item.ts';
import { indexCounterExamplesHandler } from './jobs/index-counter-examples.ts';
import { indexImagesHandler } from './jobs/index-images.ts';
import { indexMissedHandler } from './jobs/index-missed.ts';
import { probeVideoHandler } from './jobs/probe-video.ts';
import { readCatalogWordsHandler } from './jobs/read-catalog-words.ts';
import { receiveUploadHandler } from './jobs/receive-upload.ts';
import { removeOriginalHandler } from './jobs/remove-original.ts';
import { renderImageHandler } from './jobs/render-image.ts';
import { renderVideoHandler } from './jobs/render-video.ts';
import { teachHandler } from './jobs/teach.ts';
import type { WorkerResources } from './resources.ts';
import type { StoredPictures } from './stored-pictures.ts';
import type { VideoRunner } from './videos/video-runner.ts';

/** What jobs need from the worker that runs them. */
export interface JobContext {
  resources: WorkerResources;
  pictures: StoredPictures;
  runner: AnalysisRunner;
  videos: VideoRunner;
  /** Resolves when the worker is known to the database, which its leases require. */
  registered: Promise<void>;
  /** Aborted when the worker is about to stop. */
  leave: AbortSignal;
}

/** The handler of each job. */
export function jobHandlers({ resources, pictures, runner, videos, registered, leave }: JobContext): JobHandlers {
  return {
    analyze: analyzeHandler(resources, runner, { registered, stop: leave }),
    analyze_videos: analyzeVideosHandler(resources, videos, { registered, stop: leave }),
    clean_retention: cleanRetentionHandler(resources, leave),
    count_old_analyses: countOldAnalysesHandler(resources, leave),
    cut_image: cutImageHandler(resources, pictures),
    describe_example: describeExampleHandler(resources, pictures),
    export_analyses: exportAnalysesHandler(resources, leave),
    fetch_images: fetchImagesHandler(resources, leave),
    fetch_video: fetchVideoHandler(resources, leave),
    import_catalog: importCatalogHandler(resources, leave),
    index_catalog_item: indexCatalogItemHandler(resources, pictures),
    index_counter_examples: indexCounterExamplesHandler(resources, pictures),
    index_images: indexImagesHandler(resources, pictures, leave),
    index_missed: indexMissedHandler(resources, leave),
    probe_video: probeVideoHandler(resources),
    read_catalog_words: readCatalogWordsHandler(resources, pictures),
    receive_upload: receiveUploadHandler(resources),
    remove_original: removeOriginalHandler(resources, pictures),
    render_image: renderImageHandler(resources, pictures),
    render_video: renderVideoHandler(resources),
    teach: teachHandler(resources, pictures),
  };
}
