import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { connect } from '../../src/cli/client.ts';
import type { Picture } from '../../src/cli/demo/pictures.ts';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { countCpus, planEngines } from '../../workers/engines/pool/cpu-quota.ts';
import { makeDataDir } from './data-dir.ts';
import type { Figure } from './figure.ts';
import { familySeconds, findFamily } from './process-table.ts';
import type { Bench } from './run-bench.ts';
import { prepareTaskWith } from './shelf-task.ts';
import { startProcess } from './sightline-process.ts';
import { median } from './statistics.ts';
import { measureNaming } from './video-naming.ts';
import { runPictures, runVideo, sendVideo, type Turn } from './video-turns.ts';

const run = promisify(execFile);
const pipeline = 'shelf-fast';
/** Pictures of one request. */
const mostPictures = 200;

/**
 * How many frames of a video a second are analysed, beside the same frames sent as pictures, by turns, in one `start` with one engine. And
 * how its memory changes from the beginning of a video to its end.
 * @param seconds of the clip
 */
export async function measurePipeline(
  bench: Bench,
  { clip, seconds, folder, ffmpeg }: { clip: string; seconds: number; folder: string; ffmpeg: string },
): Promise<Figure[]> {
  const pictures = await cutFrames(ffmpeg, clip, folder);
  const system = await startSystem(bench);
  const { client, taskId, pid } = system;
  const videoId = await sendVideo(client, taskId, clip);
  const memory = new MemorySamples(pid, seconds);
  const turns = {
    pictures: () => runPictures(client, taskId, pictures),
    video: () =>
      runVideo(client, taskId, videoId, { sampling: { framesPerSecond: 1 } }, (second) => memory.note(second)),
  };
  // Not counted: code is compiled, and each item's features are read once.
  await runPictures(client, taskId, pictures.slice(0, 12));
  const timed = async (run: () => Promise<Turn>) => {
    const before = familySeconds(pid);
    const turn = await run();
    return { rate: turn.images / turn.seconds, cpuSeconds: (familySeconds(pid) - before) / turn.images };
  };
  const rounds: Record<keyof typeof turns, Awaited<ReturnType<typeof timed>>>[] = [];
  for (let number = 1; number <= (bench.quick ? 1 : 3); number++) {
    // Each of them begins a round in turn.
    const order = number % 2 === 1 ? (['video', 'pictures'] as const) : (['pictures', 'video'] as const);
    const round = {} as (typeof rounds)[number];
    for (const what of order) round[what] = await timed(turns[what]);
    rounds.push(round);
    const parts = order.map(
      (what) => `${what} ${round[what].rate.toFixed(2)} (${round[what].cpuSeconds.toFixed(2)} s)`,
    );
    bench.say(`images/s (processor time for each): ${parts.join(', ')}`);
  }
  const what = `1080p at 1 frame a second through ${pipeline}`;
  const ratio = (name: string, values: readonly number[]): Figure => {
    const note = `rounds ${values.map((value) => value.toFixed(2)).join(', ')}`;
    return { what: name, value: median(values), unit: '', digits: 2, better: 'higher', note };
  };
  const speeds = rounds.map(({ video, pictures: photos }) => video.rate / photos.rate);
  const costs = rounds.map(({ video, pictures: photos }) => photos.cpuSeconds / video.cpuSeconds);
  return [
    { what, value: median(rounds.map(({ video }) => video.rate)), unit: 'images/s', digits: 2, better: 'higher' },
    { ...ratio(`${what} ÷ its frames as pictures`, speeds), reach: 0.9 },
    ratio('the same by processor time, which depends less on what else runs', costs),
    memory.figure(),
    ...(await measureNaming(bench, client, taskId)),
  ];
}

/** The frames that are analysed, as a camera would store them. */
async function cutFrames(ffmpeg: string, clip: string, folder: string): Promise<Picture[]> {
  const frames = path.join(folder, 'frames');
  await mkdir(frames);
  await run(ffmpeg, ['-v', 'error', '-i', clip, '-vf', 'fps=1', '-q:v', '3', path.join(frames, '%04d.jpg')]);
  const names = (await readdir(frames)).sort().slice(0, mostPictures);
  return names.map((name) => ({ path: path.join(frames, name), name }));
}

async function startSystem({ started }: Bench) {
  const apiKey = newSecret();
  const { pid, url } = await startProcess(started, 'start', {
    DATA_DIR: await makeDataDir(started),
    BOOTSTRAP_API_KEY: apiKey,
    ENGINES: '1',
    ENGINE_THREADS: String(planEngines(countCpus(), 1, null).threads),
    // An hour is more than the usual 500 MB.
    MAX_VIDEO_BYTES: '5000000000',
  });
  const client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  return { client, pid, taskId: await prepareTaskWith(client, pipeline) };
}

/** Memory of all processes of Sightline during the first video, without the database, whose cache grows by design. */
class MemorySamples {
  readonly #pid: number;
  readonly #seconds: number;
  readonly #samples: { second: number; megabytes: number }[] = [];

  constructor(pid: number, seconds: number) {
    this.#pid = pid;
    this.#seconds = seconds;
  }

  note(second: number): void {
    if ((this.#samples.at(-1)?.second ?? -1) >= second) return;
    const bytes = findFamily(this.#pid)
      .filter(({ command }) => !command.includes('postgres'))
      .reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    this.#samples.push({ second, megabytes: bytes / 1e6 });
  }

  /** A sixth into the video, as ten minutes into an hour, and at its end. */
  figure(): Figure {
    const [early, late] = [this.#at(1 / 6), this.#at(1)];
    const note = `${early.toFixed(0)} MB after ${Math.round(this.#seconds / 6)} s of video, ${late.toFixed(0)} MB after ${this.#seconds} s`;
    const what = 'memory of the main process, engine and decoder, at the end ÷ after a sixth of the video';
    return { what, value: late / early, unit: '', digits: 2, better: 'lower', later: 1.05, note };
  }

  /** The median of the tenth of the video before this part of it. */
  #at(part: number): number {
    const until = this.#seconds * part;
    const from = until - this.#seconds / 10;
    return median(
      this.#samples.filter(({ second }) => second >= from && second < until).map(({ megabytes }) => megabytes),
    );
  }
}
