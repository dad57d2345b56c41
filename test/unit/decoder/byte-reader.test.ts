import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDecoder } from '../../../workers/decoder/open-decoder.ts';
import { WatchedProcess } from '../../../workers/decoder/process/watched-process.ts';
import { readClock } from '../../support/clock.ts';
import { decodeAll, nodeAvSettings, videoFixture } from '../../support/videos.ts';

/** Larger than what a pipe holds. */
const bytes = randomBytes(1_000_000);

/** A folder for temporary files. @returns its path */
async function temporaryFolder(exists: boolean): Promise<string> {
  const own = await mkdtemp(path.join(tmpdir(), 'sightline-reader-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = path.join(own, 'temporary');
  if (exists) await mkdir(process.env.TMPDIR);
  onTestFinished(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(own, { recursive: true, force: true });
  });
  return own;
}

async function writeBytes(folder: string): Promise<WatchedProcess> {
  const file = path.join(folder, 'bytes');
  await writeFile(file, bytes);
  const child = await WatchedProcess.start({ program: '/bin/cat', args: [file] }, nodeAvSettings);
  onTestFinished(() => child.kill());
  return child;
}

const hashOf = (parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');

describe.each([
  ['a socket', true],
  ['the usual pipe, where there is no folder for temporary files', false],
])('what a child writes arrives through %s', (_what, exists) => {
  test('byte for byte in parts of any size, until it ends within one', async () => {
    const child = await writeBytes(await temporaryFolder(exists));
    const parts = [4, 1, 0, 65_536, 300_000, 3, 131_073, 500_000].map((size) => Buffer.alloc(size));
    for (const part of parts) expect(await child.stdout.fill(part)).toBe(true);
    const left = bytes.length - Buffer.concat(parts).length;
    const last = Buffer.alloc(left + 1);
    expect(await child.stdout.fill(last)).toBe(false);
    expect(hashOf([...parts, last.subarray(0, left)])).toBe(hashOf([bytes]));
    expect(await child.stdout.fill(Buffer.alloc(1))).toBe(false);
    await child.exited;
    expect(child.endedWell).toBe(true);
  });

  test('as a whole, unless it is more than allowed', async () => {
    const folder = await temporaryFolder(exists);
    const whole = await (await writeBytes(folder)).stdout.readAll(bytes.length);
    expect(hashOf([whole])).toBe(hashOf([bytes]));
    await expect((await writeBytes(folder)).stdout.readAll(bytes.length - 1)).rejects.toThrow(/more than 999999 bytes/);
  });

  test('and the frames of a video are the same', async () => {
    await temporaryFolder(exists);
    const { frames } = await decodeAll(videoFixture('clock.mp4'), nodeAvSettings);
    expect(frames.map(readClock)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
  });
});

test('nothing is left in the folder for temporary files', async () => {
  const folder = await temporaryFolder(true);
  await decodeAll(videoFixture('clock.mp4'), nodeAvSettings, { maxFrames: 1 });
  expect(await readdir(path.join(folder, 'temporary'))).toEqual([]);
});

test('the pixels of a frame that was given back are overwritten by the next one, and only they', async () => {
  const sampling = { framesPerSecond: 2, keyFramesOnly: false, maxFrames: 4, fromSeconds: 0 };
  const video = await openDecoder(videoFixture('clock.mp4'), sampling, nodeAvSettings);
  onTestFinished(() => video.close());
  const frames = video.frames[Symbol.asyncIterator]();
  const next = async () => (await frames.next()).value!;
  const [first, second] = [await next(), await next()];
  expect(second.pixels).not.toBe(first.pixels);
  video.giveBack(first.pixels);
  video.giveBack(first.pixels);
  const [third, fourth] = [await next(), await next()];
  expect(third.pixels).toBe(first.pixels);
  expect(fourth.pixels).not.toBe(first.pixels);
  expect([second, third, fourth].map(readClock)).toEqual([5, 10, 15]);
});
