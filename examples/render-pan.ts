import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { bendThroughLens, blur, expose, type Pixels, paint } from './render/develop.ts';
import { aisle } from './render/pan/aisle.ts';
import { clip, lensAt } from './render/pan/path.ts';
import { panTruth } from './render/pan/truth.ts';
import { drawScene } from './render/scene.ts';

/** Draws the video of the examples, a pan along an aisle, and the truth about it. Needs an ffmpeg with libx264 on the PATH. */
const folder = join(import.meta.dirname, 'videos');

/** A small file that phones, browsers and editors play; key frames every two seconds, as phones write them. */
const encoding = [
  '-c:v',
  'libx264',
  '-preset',
  'slow',
  '-crf',
  '27',
  '-pix_fmt',
  'yuv420p',
  '-g',
  String(2 * clip.framesPerSecond),
];

async function encodeFrames(light: Pixels, marginPx: number): Promise<void> {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${clip.widthPx}x${clip.heightPx}`,
    '-r',
    String(clip.framesPerSecond),
  ];
  // Exact flags and no dates, so that two runs with one ffmpeg write the same bytes.
  const output = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-movflags', '+faststart', join(folder, aisle.file)];
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', ...input, '-i', '-', ...encoding, '-threads', '1', ...output], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(ffmpeg, 'close');
  for (let frame = 0; frame < clip.seconds * clip.framesPerSecond; frame++) {
    const lens = lensAt(frame / clip.framesPerSecond, { ...aisle, marginPx });
    const { data } = bendThroughLens(light, clip.widthPx, clip.heightPx, lens);
    if (!ffmpeg.stdin.write(data)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with code ${code}.`);
}

sharp.concurrency(1);
const scene = drawScene(aisle);
const marginPx = scene.marginMm * scene.pixelsPerMm;
// Light and noise are those of the shelf, once: noise that changes with every frame would be most of the file.
const light = expose(await blur(await paint(scene), aisle.look.blurPx), aisle.look, aisle.seed);
await encodeFrames(light, marginPx);
const truth = panTruth(scene, marginPx);
const lines = (rows: object[]) => rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
await writeFile(
  join(folder, 'truth.json'),
  `{\n  "tracks": [\n${lines(truth.tracks)}\n  ],\n  "frames": [\n${lines(truth.frames)}\n  ]\n}\n`,
);
console.log(`Drew ${truth.tracks.length} packs into ${join(folder, aisle.file)}.`);
