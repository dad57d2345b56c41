/**
 * Decoding of videos alone, without recognition: how fast frames come, beside an ffmpeg that samples the same clip and throws the
 * frames away, and whether memory stays flat in an hour of video. Then through a pipeline: how many frames a second are analysed, beside the
 * same frames sent as pictures. Needs ffmpeg on the PATH.
 *
 * `--seconds N` is the length of the clip that goes through the pipeline, in steps of 6: 120 if absent, 3600 for an hour.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { childPids } from '../test/support/children.ts';
import { nodeAv, openDecoder } from '../workers/decoder/open-decoder.ts';
import { readUsage } from '../workers/decoder/process/usage.ts';
import { decoderSettings } from '../workers/decoder/settings.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';
import { measurePipeline } from './support/video-pipeline.ts';

const run = promisify(execFile);
const ffmpeg = execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).trim();
const settings = decoderSettings({ program: nodeAv, maxSeconds: 4_000, maxPixels: 50e6 });
const loopSeconds = 6;

await runBench(
  'video',
  async (bench): Promise<Figure[]> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sightline-bench-video-'));
    bench.started.defer(() => rm(folder, { recursive: true, force: true }));
    const seconds = Number(bench.options.seconds ?? (bench.quick ? 30 : 120));
    const clip = await makeClip(folder, 'pipeline.mp4', seconds, 30);
    return [
      ...(await measurePipeline(bench, { clip, seconds, folder, ffmpeg })),
      ...(await measureSpeed(bench, folder)),
      ...(await measureMemory(bench, folder)),
    ];
  },
  ['seconds'],
);

/** The pan of the examples as 1080p, again and again. */
async function makeClip(folder: string, name: string, seconds: number, rate: number): Promise<string> {
  const loop = path.join(folder, 'loop.mp4');
  const source = path.join(projectRoot, 'examples/videos/aisle-pan.mp4');
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p', '-g', '60'];
  await run(ffmpeg, ['-v', 'error', '-y', '-i', source, '-vf', `fps=${rate},scale=1920:1080`, ...encoding, loop]);
  const file = path.join(folder, name);
  const times = String(seconds / loopSeconds - 1);
  await run(ffmpeg, ['-v', 'error', '-y', '-stream_loop', times, '-i', loop, '-c', 'copy', file]);
  return file;
}

/** Elapsed seconds, and where each frame is wanted, its pixels arrived in this process. */
async function decode(file: string, framesPerSecond: number, onFrame: (timeSeconds: number) => Promise<void>) {
  const startedAtMs = performance.now();
  const sampling = { framesPerSecond, keyFramesOnly: false, maxFrames: null, fromSeconds: 0 };
  const video = await openDecoder(file, sampling, settings);
  for await (const frame of video.frames) await onFrame(frame.timeSeconds);
  await video.close();
  return (performance.now() - startedAtMs) / 1000;
}

/** The same work without us: the system's ffmpeg with as many threads, in turn with ours, so that a busy machine slows both. */
async function measureSpeed(bench: Bench, folder: string): Promise<Figure[]> {
  const seconds = bench.quick ? 30 : 120;
  const file = await makeClip(folder, 'speed.mp4', seconds, 30);
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < (bench.quick ? 3 : 5); round++) {
    const startedAtMs = performance.now();
    const input = ['-nostdin', '-v', 'error', '-threads', String(settings.threads), '-i', file];
    await run(ffmpeg, [...input, '-vf', 'fps=2', '-f', 'null', '-']);
    const theirSeconds = (performance.now() - startedAtMs) / 1000;
    let frames = 0;
    const ourSeconds = await decode(file, 2, async () => void frames++);
    if (frames !== seconds * 2) throw new Error(`${frames} frames came instead of ${seconds * 2}.`);
    ratios.push(theirSeconds / ourSeconds);
    rates.push(seconds / ourSeconds);
    bench.say(`${seconds} s of 1080p: ffmpeg ${theirSeconds.toFixed(2)} s, ours ${ourSeconds.toFixed(2)} s`);
  }
  const what = 'sampling 2 frames a second of 1080p H.264';
  const note = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
  return [
    {
      what: `${what} ÷ ffmpeg -vf fps=2`,
      value: median(ratios),
      unit: '',
      digits: 2,
      better: 'higher',
      reach: 0.9,
      note,
    },
    { what, value: median(rates), unit: 'seconds of video a second', digits: 1, better: 'higher' },
  ];
}

/**
 * This process and the decoder: the least in the last fifth before each mark. Frames that wait to be collected, and pages that malloc
 * keeps of those that were, come and go (this process has 136 to 186 MB from the first minute on, the decoder 150 MB); a leak stays.
 */
async function measureMemory(bench: Bench, folder: string): Promise<Figure[]> {
  const [early, late] = bench.quick ? [120, 720] : [600, 3_600];
  // What a frame leaves behind counts, not how many are between two that are wanted: an hour of 30 a second takes ten minutes to decode.
  const file = await makeClip(folder, 'memory.mp4', late, 5);
  const samples: { timeSeconds: number; megabytes: number }[] = [];
  await decode(file, 1, async (timeSeconds) => {
    const children = await Promise.all((await childPids()).map(readUsage));
    const bytes = children.reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), process.memoryUsage.rss());
    samples.push({ timeSeconds, megabytes: bytes / 1e6 });
  });
  const at = (mark: number) =>
    Math.min(
      ...samples
        .filter(({ timeSeconds }) => timeSeconds > mark * 0.8 && timeSeconds <= mark)
        .map(({ megabytes }) => megabytes),
    );
  const note = `${at(early).toFixed(0)} MB after ${early / 60} minutes of video, ${at(late).toFixed(0)} MB after ${late / 60}`;
  const what = `memory after ${late / 60} ÷ after ${early / 60} minutes of video`;
  return [{ what, value: at(late) / at(early), unit: '', digits: 2, better: 'lower', reach: 1.05, note }];
}
