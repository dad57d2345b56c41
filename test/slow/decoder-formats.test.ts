import { randomInt } from 'node:crypto';
import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { probeVideo } from '../../workers/decoder/open-decoder.ts';
import { VideoFailure } from '../../workers/decoder/video-failure.ts';
import { childPids } from '../support/children.ts';
import { ffmpeg, makeVideo } from '../support/ffmpeg.ts';
import { decodeAll, nodeAvSettings } from '../support/videos.ts';

/** A drawing that moves, with ffmpeg's own source. */
function drawing(size: string, rate: number, seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const invalid = (message: RegExp) => ({ code: 'INVALID_VIDEO', message: expect.stringMatching(message) });

describe.each([
  ['the library', nodeAvSettings],
  ['an ffmpeg of the system', { ...nodeAvSettings, program: ffmpeg }],
])('%s', (_name, settings) => {
  test.each([
    ['H.264', 'v.mp4', h264, 'h264'],
    ['HEVC with 10 bits', 'v.mp4', ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'], 'hevc'],
    ['VP8', 'v.webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'], 'vp8'],
    ['VP9', 'v.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'], 'vp9'],
    ['AV1', 'v.mkv', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime'], 'av1'],
    ['MJPEG in AVI', 'v.avi', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'], 'mjpeg'],
    ['MPEG-4 in AVI', 'v.avi', ['-c:v', 'mpeg4'], 'mpeg4'],
    ['ProRes', 'v.mov', ['-c:v', 'prores_ks', '-profile:v', '0'], 'prores'],
    ['H.264 in fragments', 'v.mp4', [...h264, '-movflags', 'frag_keyframe+empty_moov'], 'h264'],
  ])('%s', async (_format, name, encoding, codec) => {
    const file = await makeVideo(name, [...drawing('320x180', 25, 3), ...encoding]);
    const { info, frames, end } = await decodeAll(file, settings);
    expect(info).toMatchObject({ codec, width: 320, height: 180, rotation: 0 });
    expect(frames).toHaveLength(6);
    expect(end).toMatchObject({ truncated: false, damagedFrames: 0, decodedSeconds: expect.closeTo(3, 0) });
  });

  test('8K, a single pixel, and 240 frames a second', async () => {
    const large = await makeVideo('large.mp4', [...drawing('7680x4320', 2, 1), ...h264]);
    const { frames } = await decodeAll(large, settings);
    expect(frames.map(({ pixels }) => pixels.length)).toEqual([7680 * 4320 * 3, 7680 * 4320 * 3]);

    const small = await makeVideo('small.avi', [
      '-f',
      'lavfi',
      '-i',
      'color=red:size=16x16:rate=4:duration=2',
      '-vf',
      'format=yuvj444p,scale=1:1',
      '-c:v',
      'mjpeg',
      '-pix_fmt',
      'yuvj444p',
    ]);
    const dots = await decodeAll(small, settings);
    expect(dots.info).toMatchObject({ width: 1, height: 1 });
    expect(dots.frames).toHaveLength(4);
    expect(dots.frames[0]!.pixels[0]).toBeGreaterThan(200);

    const fast = await makeVideo('fast.mp4', [...drawing('160x120', 240, 2), ...h264]);
    const { info, frames: sampled } = await decodeAll(fast, settings);
    expect(info.frameRate).toBe(240);
    expect(sampled.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 0.5, 1, 1.5]);
  });

  test('among ten streams of sound, the pictures are found', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=duration=2'];
    const sounds = Array.from({ length: 10 }, () => ['-map', '0:a']).flat();
    const file = await makeVideo('v.mp4', [
      ...tone,
      ...drawing('160x120', 10, 2),
      ...sounds,
      '-map',
      '1:v',
      ...h264,
      '-c:a',
      'aac',
    ]);
    expect((await decodeAll(file, settings)).frames).toHaveLength(4);
  });

  test('a video that was cut short is decoded as far as it goes if its index comes first, and refused if it comes last', async () => {
    const source = [...drawing('320x180', 25, 8), ...h264, '-g', '25'];
    const first = await makeVideo('first.mp4', [...source, '-movflags', '+faststart']);
    await truncate(first, Math.round((await stat(first)).size / 2));
    const { info, end } = await decodeAll(first, settings);
    expect(info.headerSeconds).toBe(8);
    expect(end.truncated).toBe(true);
    expect(end.decodedSeconds).toBeGreaterThan(2);
    expect(end.decodedSeconds).toBeLessThan(7);

    const last = await makeVideo('last.mp4', source);
    expect((await decodeAll(last, settings)).frames).toHaveLength(16);
    await truncate(last, Math.round((await stat(last)).size / 2));
    await expect(probeVideo(last, settings)).rejects.toMatchObject(invalid(/index is missing/));
  });

  test('of a long video the last frames are those that a decoder from its beginning would deliver', async () => {
    const file = await makeVideo('long.mp4', [...drawing('160x120', 25, 600), ...h264, '-g', '50']);
    const { frames, end } = await decodeAll(file, settings, { fromSeconds: 598 });
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual([598, 598.52, 599, 599.52]);
    expect(end).toMatchObject({ truncated: false, decodedSeconds: expect.closeTo(600, 1) });
  });

  test('a codec that is not on the list is refused by its name', async () => {
    const file = await makeVideo('v.mkv', [...drawing('160x120', 10, 1), '-c:v', 'ffv1']);
    await expect(probeVideo(file, settings)).rejects.toMatchObject(invalid(/ffv1/));
  });

  test('a list of other files under the name of a video is no video', async () => {
    const file = await makeVideo('v.mp4', [...drawing('160x120', 10, 1), ...h264]);
    await writeFile(file, `ffconcat version 1.0\nfile '${file}'\n`);
    await expect(probeVideo(file, settings)).rejects.toMatchObject(invalid(/supported format/));
  });
});

test('of 200 damaged videos each is decoded or fails with a reason, and none leaves a process', {
  timeout: 900_000,
}, async () => {
  const formats = [
    ['v.mp4', [...h264, '-movflags', '+faststart']],
    ['v.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']],
    ['v.avi', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p']],
    ['v.mov', ['-c:v', 'libx265', '-preset', 'ultrafast']],
  ] as const;
  const before = await childPids();
  const outcomes = { decoded: 0, damaged: 0, failed: 0 };
  for (const [name, encoding] of formats) {
    const file = await makeVideo(name, [...drawing('160x120', 10, 2), ...encoding]);
    const whole = await readFile(file);
    for (let round = 0; round < 50; round++) {
      const seed = randomInt(2 ** 31);
      await writeFile(file, damage(whole, seed));
      try {
        const { end } = await decodeAll(file, { ...nodeAvSettings, silenceMs: 20_000 });
        outcomes[end.damagedFrames > 0 ? 'damaged' : 'decoded'] += 1;
      } catch (error) {
        if (!(error instanceof VideoFailure)) throw new Error(`${name} with seed ${seed}`, { cause: error });
        expect(error.code, `${name} with seed ${seed}`).toMatch(/^(INVALID_VIDEO|VIDEO_TOO_LONG)$/);
        outcomes.failed += 1;
      }
    }
  }
  expect(outcomes.decoded + outcomes.damaged + outcomes.failed).toBe(200);
  // Otherwise the damage is too small, or too large, to try anything.
  expect(Math.min(outcomes.damaged + outcomes.decoded, outcomes.failed)).toBeGreaterThan(5);
  expect(await childPids()).toEqual(before);
});

/** Some bytes changed, mostly near the beginning, where headers are; sometimes the end cut off. */
function damage(whole: Buffer, seed: number): Buffer {
  const bytes = Buffer.from(whole);
  let state = seed || 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let change = 1 + next(20); change > 0; change--)
    bytes[next(next(2) === 0 ? Math.min(1_000, bytes.length) : bytes.length)] = next(256);
  return next(5) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}

test('a file that grows to 100 MB of nothing behind its video is read in the same time', async () => {
  const file = await makeVideo('v.mp4', [...drawing('160x120', 10, 1), ...h264, '-movflags', '+faststart']);
  const handle = await open(file, 'r+');
  await handle.truncate(100_000_000);
  await handle.close();
  expect((await decodeAll(file, nodeAvSettings)).frames).toHaveLength(2);
});
