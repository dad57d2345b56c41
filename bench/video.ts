/**
 * Videos through a pipeline: how many frames a second are analysed, beside the same frames sent as pictures. Then decoding alone: how fast
 * frames come, beside an ffmpeg that samples the same clip and throws the frames away, and whether memory stays flat in an hour of video.
 * Needs ffmpeg on the PATH.
 *
 * `--part pipeline`, `speed` or `memory` runs one of the three. `--seconds N` is the length of the clip that goes through the pipeline, in
 * steps of 6: 120 if absent, 3600 for an hour.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from './support/figure.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { ffmpeg, makeClip } from './support/video-clip.ts';
import { measureMemory, measureSpeed } from './support/video-decoding.ts';
import { measurePipeline } from './support/video-pipeline.ts';

const parts: Record<string, (bench: Bench, folder: string) => Promise<Figure[]>> = {
  async pipeline(bench, folder) {
    const seconds = Number(bench.options.seconds ?? (bench.quick ? 30 : 120));
    const clip = await makeClip(folder, 'pipeline.mp4', seconds, 30);
    return measurePipeline(bench, { clip, seconds, folder, ffmpeg });
  },
  speed: measureSpeed,
  memory: measureMemory,
};

await runBench(
  'video',
  async (bench): Promise<Figure[]> => {
    const { part } = bench.options;
    const chosen = part === undefined ? Object.keys(parts) : [part];
    const folder = await mkdtemp(path.join(tmpdir(), 'sightline-bench-video-'));
    bench.started.defer(() => rm(folder, { recursive: true, force: true }));
    const figures: Figure[] = [];
    for (const name of chosen) {
      const measure = parts[name];
      if (!measure) throw new Error(`There is no part ${name}, only ${Object.keys(parts).join(', ')}.`);
      figures.push(...(await measure(bench, folder)));
    }
    return figures;
  },
  ['seconds', 'part'],
);
