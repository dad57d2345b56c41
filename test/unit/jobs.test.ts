import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { jobs } from '../../src/jobs/all-jobs.ts';
import { jobKey } from '../../src/jobs/define-job.ts';
import { openSlots } from '../../workers/job-slots.ts';
import type { WorkerResources } from '../../workers/resources.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const sha256 = 'a'.repeat(64);

test('every job has a file in workers/jobs, and every file there a job', () => {
  const files = readdirSync(path.join(import.meta.dirname, '../../workers/jobs')).sort();
  expect(jobs.map(({ name }) => `${name.replaceAll('_', '-')}.ts`).sort()).toEqual(files);
});

/** Rows that a version before has written are taken by this one: add to this list, change nothing in it. */
test.each([
  ['analyze', {}, 'analyze:left'],
  ['analyze_videos', {}, 'analyze_videos:left'],
  ['clean_retention', {}, 'clean_retention'],
  ['count_old_analyses', {}, 'count_old_analyses'],
  ['cut_image', { organizationId: id, imageId: id, fromImageId: id, box: [1, 2, 30.5, 40] }, `cut_image:${id}`],
  ['describe_example', { organizationId: id, sha256 }, `describe_example:${id}:${sha256}`],
  ['export_analyses', { organizationId: id, exportId: id }, `export_analyses:${id}`],
  ['fetch_images', { organizationId: id, host: 'shop.example', imageIds: [id], attemptsBefore: 0 }, undefined],
  ['import_catalog', { organizationId: id, importId: id }, `import_catalog:${id}`],
  ['index_catalog_item', { organizationId: id, catalogItemId: id, revision: 1 }, `index_catalog_item:${id}`],
  ['index_images', { organizationId: id, imageIds: [id] }, undefined],
  ['index_missed', {}, 'index_missed'],
  ['probe_video', { organizationId: id, videoId: id }, `probe_video:${id}`],
  ['receive_upload', { organizationId: id, uploadId: id }, `receive_upload:${id}`],
  ['render_image', { imageId: id, organizationId: id }, `render_image:${id}`],
  [
    'render_image',
    { imageId: id, organizationId: id, picture: { kind: 'rendition', size: 'full', format: 'webp' } },
    `render_image:${id}:full.webp`,
  ],
])('%s of an earlier version is still known, with its payload and its key', (name, payload, key) => {
  const definition = jobs.find((job) => job.name === name);
  expect(definition?.payload.parse(payload)).toEqual(payload);
  expect(jobKey<object>(definition as never, payload)).toBe(key);
});

const worker = (settings: { urlIngest: unknown; directUploads: unknown }) =>
  openSlots({ config: settings, blobs: settings } as unknown as WorkerResources);

test('a worker with every setting on has a slot for every job', () => {
  const slots = worker({ urlIngest: {}, directUploads: {} });
  expect(slots.flatMap((slot) => slot.jobs)).toHaveLength(jobs.length);
  expect(slots.map(({ concurrency, jobs: [first] }) => [first!.name, concurrency])).toEqual([
    ['analyze', 2],
    ['analyze_videos', 2],
    ['clean_retention', 3],
    ['describe_example', 3],
    ['export_analyses', 1],
    ['fetch_images', 8],
    ['fetch_video', 4],
    ['import_catalog', 1],
    ['index_images', 1],
    ['probe_video', 2],
    ['receive_upload', 4],
  ]);
});

test('with both settings off, downloads that are left are refused among the chores, and uploads are looked for by others', () => {
  const slots = worker({ urlIngest: null, directUploads: null });
  expect(slots.map(({ jobs: [first] }) => first!.name)).toEqual([
    'analyze',
    'analyze_videos',
    'clean_retention',
    'describe_example',
    'export_analyses',
    'import_catalog',
    'index_images',
    'probe_video',
  ]);
  expect(slots.flatMap((slot) => slot.jobs).map(({ name }) => name)).toContain('fetch_images');
});
