import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childPids } from '../../test/support/children.ts';
import { nodeAv, openDecoder } from '../../workers/decoder/open-decoder.ts';
import { readUsage } from '../../workers/decoder/process/usage.ts';
import { decoderSettings } from '../../workers/decoder/settings.ts';
import type { Figure } from './figure.ts';
import { endedChildrenSeconds, processorSeconds } from './process-table.ts';
import type { Bench } from './run-bench.ts';
import { median, quantile } from './statistics.ts';
import { ffmpeg, makeClip } from './video-clip.ts';

const run = promisify(execFile);
const settings = decoderSettings({ program: nodeAv, maxSeconds: 4_000, maxPixels: 50e6 });

/** Decodes a video; the pixels of each frame arrive in this process. */
async function decode(file: string, framesPerSecond: number, onFrame: (timeSeconds: number) => Promise<void>) {
  const sampling = { framesPerSecond, keyFramesOnly: false, maxFrames: null, fromSeconds: 0 };
  const video = await openDecoder(file, sampling, settings);
  for await (const { timeSeconds, pixels } of video.frames) {
    await onFrame(timeSeconds);
    video.giveBack(pixels);
  }
  await video.close();
}

interface Cost {
  seconds: number;
  /** In this process and the children that it started; null: not on Linux. */
  processorSeconds: number | null;
}

async function timed(work: () => Promise<unknown>): Promise<Cost> {
  const processors = () =>
    process.platform === 'linux' ? processorSeconds(process.pid) + endedChildrenSeconds(process.pid) : null;
  const before = processors();
  const startedAtMs = performance.now();
  await work();
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { seconds, processorSeconds: before === null ? null : processors()! - before };
}

/** The same work without us: the system's ffmpeg with as many threads, in turn with ours, so that a busy machine slows both. */
export async function measureSpeed(bench: Bench, folder: string): Promise<Figure[]> {
  const seconds = bench.quick ? 30 : 120;
  const file = await makeClip(folder, 'speed.mp4', seconds, 30);
  const rounds: Record<'ours' | 'theirs', Cost>[] = [];
  for (let round = 0; round < (bench.quick ? 3 : 5); round++) {
    const input = ['-nostdin', '-v', 'error', '-threads', String(settings.threads), '-i', file];
    const theirs = await timed(() => run(ffmpeg, [...input, '-vf', 'fps=2', '-f', 'null', '-']));
    let frames = 0;
    const ours = await timed(() => decode(file, 2, async () => void frames++));
    if (frames !== seconds * 2) throw new Error(`${frames} frames came instead of ${seconds * 2}.`);
    rounds.push({ ours, theirs });
    bench.say(`${seconds} s of 1080p: ffmpeg ${describeCost(theirs)}, ours ${describeCost(ours)}`);
  }
  const what = 'sampling 2 frames a second of 1080p H.264';
  const ratio = (name: string, values: readonly number[]): Figure => {
    const note = values.map((value) => value.toFixed(2)).join(', ');
    return { what: name, value: median(values), unit: '', digits: 2, better: 'higher', note };
  };
  const rate = median(rounds.map(({ ours }) => seconds / ours.seconds));
  const elapsed = rounds.map(({ ours, theirs }) => theirs.seconds / ours.seconds);
  const figures: Figure[] = [
    { ...ratio(`${what} ÷ ffmpeg -vf fps=2`, elapsed), reach: 0.9 },
    { what, value: rate, unit: 'seconds of video a second', digits: 1, better: 'higher' },
  ];
  const processors = rounds.flatMap(({ ours, theirs }) =>
    ours.processorSeconds === null || theirs.processorSeconds === null
      ? []
      : [theirs.processorSeconds / ours.processorSeconds],
  );
  return processors.length === 0 ? figures : [...figures, ratio('the same by processor time', processors)];
}

function describeCost({ seconds, processorSeconds }: Cost): string {
  const processors = processorSeconds === null ? '' : ` (${processorSeconds.toFixed(2)} s of processors)`;
  return `${seconds.toFixed(2)} s${processors}`;
}

/** This process and the decoder, in the last fifth before each mark. */
export async function measureMemory(bench: Bench, folder: string): Promise<Figure[]> {
  const [early, late] = bench.quick ? [120, 720] : [600, 3_600];
  // What a frame leaves behind counts, not how many are between two that are wanted: an hour of 30 a second takes ten minutes to decode.
  const file = await makeClip(folder, 'memory.mp4', late, 5);
  const samples: { timeSeconds: number; megabytes: number }[] = [];
  await decode(file, 1, async (timeSeconds) => {
    const children = await Promise.all((await childPids()).map(readUsage));
    const bytes = children.reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), process.memoryUsage.rss());
    samples.push({ timeSeconds, megabytes: bytes / 1e6 });
  });
  const before = (mark: number) =>
    samples
      .filter(({ timeSeconds }) => timeSeconds > mark * 0.8 && timeSeconds <= mark)
      .map(({ megabytes }) => megabytes);
  const describe = (mark: number) => {
    const [least, middle, most] = [0, 0.5, 1].map((share) => quantile(before(mark), share).toFixed(0));
    return `${middle} MB after ${mark / 60} minutes of video (${least} to ${most})`;
  };
  const what = `memory after ${late / 60} ÷ after ${early / 60} minutes of video`;
  const note = `${describe(early)}, ${describe(late)}`;
  const value = median(before(late)) / median(before(early));
  return [{ what, value, unit: '', digits: 2, better: 'lower', reach: 1.05, note }];
}
