import { expect, onTestFinished, test } from 'vitest';
import { openDecoder, probeVideo } from '../../../../workers/decoder/open-decoder.ts';
import type { DecoderSettings } from '../../../../workers/decoder/video.ts';
import { clock, pixelAt, quarterOf, readClock } from '../../../support/clock.ts';
import { changedVideo, decodeAll, videoFixture, withMatrix } from '../../../support/videos.ts';

/** What every implementation of the decoder does with the videos of the fixtures. */
export function decoderCases(settings: DecoderSettings): void {
  test.each([
    ['clock.mp4', 'MP4', 'h264'],
    ['index-last.mp4', 'MP4', 'h264'],
    ['clock.mov', 'QUICKTIME', 'h264'],
    ['hevc-10bit.mp4', 'MP4', 'hevc'],
    ['vp9.webm', 'WEBM', 'vp9'],
    ['av1.mp4', 'MP4', 'av1'],
    ['mjpeg.avi', 'AVI', 'mjpeg'],
    ['with-sound.mp4', 'MP4', 'h264'],
  ])('%s: the header is read, and two frames a second are those of their times', async (name, container, codec) => {
    const { info, frames, end } = await decodeAll(videoFixture(name), settings);
    expect(info).toEqual({
      container,
      codec,
      width: clock.width,
      height: clock.height,
      rotation: 0,
      headerSeconds: expect.closeTo(4, 1),
      frameRate: 10,
    });
    expect(frames.map(readClock)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    expect(end).toEqual({ decodedSeconds: expect.closeTo(4, 1), truncated: false, damagedFrames: 0 });
  });

  test('frames are sampled by their times where the rate varies', async () => {
    const { frames } = await decodeAll(videoFixture('variable-rate.mkv'), settings);
    expect(frames.map(readClock)).toEqual([0, 10, 20, 25, 30, 35]);
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 1, 2, 2.5, 3, 3.5]);
  });

  test('a decoder that starts later delivers the same frames', async () => {
    for (const [fromSeconds, wanted] of [
      [1.5, [15, 20, 25, 30, 35]],
      [2.2, [25, 30, 35]],
      [3.4, [35]],
    ] as const) {
      const { frames } = await decodeAll(videoFixture('clock.mp4'), settings, { fromSeconds });
      expect(frames.map(readClock)).toEqual(wanted);
    }
  });

  test('no more frames than wanted are delivered, and those that can be decoded alone when only they are wanted', async () => {
    const few = await decodeAll(videoFixture('clock.mp4'), settings, { maxFrames: 3 });
    expect(few.frames.map(readClock)).toEqual([0, 5, 10]);
    expect(few.end).toMatchObject({ truncated: false });
    const keys = await decodeAll(videoFixture('clock.mp4'), settings, { keyFramesOnly: true });
    expect(keys.frames.map(readClock)).toEqual([0, 20]);
    expect(keys.end.truncated).toBe(false);
  });

  // A point (x, y) is shown at (a·x + c·y, b·x + d·y), y pointing down: (0, 1, -1, 0) moves the upper left corner to the upper right.
  test.each([
    ['upright', [1, 0, 0, 1], 0, [0, 1, 2, 3]],
    ['a quarter clockwise, as telephones held upright write it', [0, 1, -1, 0], 90, [2, 0, 3, 1]],
    ['upside down', [-1, 0, 0, -1], 180, [3, 2, 1, 0]],
    ['a quarter anticlockwise', [0, -1, 1, 0], 270, [1, 3, 0, 2]],
    ['mirrored', [-1, 0, 0, 1], 0, [1, 0, 3, 2]],
    ['mirrored about its diagonal', [0, 1, 1, 0], 270, [0, 2, 1, 3]],
  ] as const)('a picture that is shown %s is delivered so', async (_how, matrix, rotation, shown) => {
    const file = await changedVideo('clock.mp4', (bytes) => withMatrix(bytes, matrix));
    const { info, frames } = await decodeAll(file, settings, { maxFrames: 1 });
    const swapped = matrix[0] === 0;
    const [width, height] = swapped ? [clock.height, clock.width] : [clock.width, clock.height];
    expect(info).toMatchObject({ width, height, rotation });
    expect(frames[0]).toMatchObject({ width, height });
    const corners = [20, height - 20].flatMap((y) => [20, width - 20].map((x) => pixelAt(frames[0]!, x, y)));
    expect(corners.map(quarterOf)).toEqual(shown);
  });

  test('pixels that are not square are stretched', async () => {
    const { info, frames } = await decodeAll(videoFixture('wide-pixels.mp4'), settings, { maxFrames: 1 });
    expect(info).toMatchObject({ width: 320, height: 120 });
    expect(frames[0]!.pixels).toHaveLength(320 * 120 * 3);
    const corners = [20, 100].flatMap((y) => [40, 280].map((x) => pixelAt(frames[0]!, x, y)));
    expect(corners.map(quarterOf)).toEqual([0, 1, 2, 3]);
  });

  test('a file that ends early is decoded as far as it goes, and both durations are told', async () => {
    const file = await changedVideo('clock.mp4', (bytes) => bytes.subarray(0, Math.round(bytes.length * 0.75)));
    const { info, frames, end } = await decodeAll(file, settings);
    expect(info.headerSeconds).toBe(4);
    expect(end.truncated).toBe(true);
    expect(end.decodedSeconds).toBeGreaterThan(0.5);
    expect(end.decodedSeconds).toBeLessThan(3.5);
    expect(frames.map(readClock)).toEqual([0, 5, 10, 15, 20, 25, 30, 35].slice(0, frames.length));
  });

  test.each([
    ['a file that ends before its index', 'index-last.mp4', 0.75, /index is missing or damaged/],
    ['a file of no bytes', 'clock.mp4', 0, /not a video of a supported format/],
    ['the first bytes of a file', 'clock.mp4', 0.01, /index is missing or damaged/],
  ])('%s is an INVALID_VIDEO', async (_what, name, share, message) => {
    const file = await changedVideo(name, (bytes) => bytes.subarray(0, Math.round(bytes.length * share)));
    await expect(probeVideo(file, settings)).rejects.toMatchObject({ code: 'INVALID_VIDEO', message });
  });

  test('text under the name of a video, and sound without pictures, are an INVALID_VIDEO', async () => {
    const text = await changedVideo('clock.mp4', () => Buffer.from('No video, but a text. '.repeat(100)));
    await expect(probeVideo(text, settings)).rejects.toMatchObject({
      code: 'INVALID_VIDEO',
      message: expect.stringMatching(/not a video of a supported format/),
    });
    await expect(probeVideo(videoFixture('sound-only.mp4'), settings)).rejects.toMatchObject({
      code: 'INVALID_VIDEO',
      message: expect.stringMatching(/no video, only other streams/),
    });
  });

  test('damage in the middle is told by its frames, and the others are delivered', async () => {
    const file = await changedVideo('clock.mp4', (bytes) => {
      const data = bytes.indexOf('mdat');
      // Of the first group of pictures, behind its key frame.
      const middle = data + Math.round((bytes.length - data) * 0.4);
      bytes.fill(0xa5, middle, middle + 60);
      return bytes;
    });
    const { frames, end } = await decodeAll(file, settings);
    expect(end.damagedFrames).toBeGreaterThan(0);
    expect(end.truncated).toBe(false);
    expect(frames.map(readClock)).toContain(35);
  });

  test('a video that is too long is refused by its header, and by its frames where the header lies', async () => {
    const short = { ...settings, maxSeconds: 2 };
    const tooLong = { code: 'VIDEO_TOO_LONG', message: expect.stringMatching(/at most 2 s/) };
    await expect(probeVideo(videoFixture('clock.mp4'), short)).rejects.toMatchObject(tooLong);
    // Matroska with another duration: the header says so in a tag, which is made unreadable, and in a number.
    const file = await changedVideo('variable-rate.mkv', (bytes) => {
      bytes.write('EURATION', bytes.indexOf('DURATION'));
      const duration = bytes.indexOf(Buffer.from([0x44, 0x89]));
      bytes.writeDoubleBE(1_000, duration + 3);
      return bytes;
    });
    expect(await probeVideo(file, short)).toMatchObject({ headerSeconds: 1 });
    await expect(decodeAll(file, short)).rejects.toMatchObject(tooLong);
    expect((await decodeAll(file, settings)).end.decodedSeconds).toBeCloseTo(4, 1);
  });

  test('pictures of too many pixels are refused before any is decoded', async () => {
    await expect(probeVideo(videoFixture('clock.mp4'), { ...settings, maxPixels: 10_000 })).rejects.toMatchObject({
      code: 'INVALID_VIDEO',
      message: expect.stringMatching(/160 × 120 pixels/),
    });
  });

  test('without a decoder every video is VIDEO_UNAVAILABLE, with the way out', async () => {
    await expect(probeVideo(videoFixture('clock.mp4'), { ...settings, program: null })).rejects.toMatchObject({
      code: 'VIDEO_UNAVAILABLE',
      message: expect.stringMatching(/docs\/operations\.md/),
    });
  });

  test('a video that is closed early ends its process, and its frames', async () => {
    const sampling = { framesPerSecond: 10, keyFramesOnly: false, maxFrames: null, fromSeconds: 0 };
    const video = await openDecoder(videoFixture('clock.mp4'), sampling, settings);
    onTestFinished(() => video.close());
    const frames = video.frames[Symbol.asyncIterator]();
    expect(readClock((await frames.next()).value)).toBe(0);
    await video.close();
    await expect(video.ended).rejects.toThrow('closed');
  });
}
