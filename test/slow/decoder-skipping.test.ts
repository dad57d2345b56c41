import { expect, test } from 'vitest';
import type { Sampling, VideoFrame } from '../../workers/decoder/video.ts';
import { makeVideo } from '../support/ffmpeg.ts';
import { decodeAll, nodeAvSettings } from '../support/videos.ts';

const drawing = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25:duration=6'];
const x264 = (parameters: string, preset = 'veryfast') => {
  const encoding = ['-c:v', 'libx264', '-preset', preset, '-pix_fmt', 'yuv420p', '-g', '60'];
  return [...encoding, '-x264-params', parameters];
};

/** Each frame is in an interval of its own, so none may be skipped. */
const all = { framesPerSecond: 1_000 };

/** The first frame of each interval. */
function firstOfEach(frames: readonly VideoFrame[], { framesPerSecond, fromSeconds }: Sampling): VideoFrame[] {
  const rounding = 0.001;
  const intervals = frames.map(({ timeSeconds }) => Math.floor((timeSeconds + rounding) * framesPerSecond));
  return frames.filter(
    ({ timeSeconds }, index) => intervals[index] !== intervals[index - 1] && timeSeconds + rounding >= fromSeconds,
  );
}

test.each([
  ['as x264 encodes by default', 'v.mp4', x264('bframes=3', 'medium')],
  ['with many pictures that none refers to', 'v.mp4', x264('bframes=8:b-adapt=0:b-pyramid=none')],
  ['with pictures in many layers', 'v.mkv', x264('bframes=8:b-adapt=0:b-pyramid=normal:ref=8:open-gop=1')],
  ['interlaced', 'v.mp4', [...x264('bframes=3:interlaced=1'), '-flags', '+ildct+ilme']],
  ['in slices, without reordering', 'v.mp4', [...x264('bframes=0:slices=4'), '-tune', 'zerolatency']],
  ['with frames far apart and close together', 'v.mkv', ['-vf', "setpts='PTS+0.3*sin(N/7)/TB'", ...x264('bframes=3')]],
])('H.264 %s: what is skipped changes no sampled frame', async (_what, name, encoding) => {
  const file = await makeVideo(name, [...drawing, '-fps_mode', 'passthrough', ...encoding]);
  await expectSameFrames(file);
});

test('nor where the beginning is hidden by an edit list', async () => {
  const whole = await makeVideo('whole.mp4', [...drawing, ...x264('bframes=8:b-adapt=0')]);
  // Copied from the key frame before on; players begin at the time.
  const cut = await makeVideo('cut.mp4', ['-ss', '1.3', '-i', whole, '-c', 'copy']);
  await expectSameFrames(cut);
});

async function expectSameFrames(file: string): Promise<void> {
  const every = await decodeAll(file, nodeAvSettings, all);
  expect(every.frames.length).toBeGreaterThan(50);
  for (const [framesPerSecond, fromSeconds] of [
    [2, 0],
    [0.4, 0],
    [7, 1.3],
    [2, 3.6],
  ] as const) {
    const sampling = { framesPerSecond, fromSeconds, keyFramesOnly: false, maxFrames: null };
    const { frames, end } = await decodeAll(file, nodeAvSettings, sampling);
    const wanted = firstOfEach(every.frames, sampling);
    expect(frames.map(({ timeSeconds }) => timeSeconds)).toEqual(wanted.map(({ timeSeconds }) => timeSeconds));
    for (const [index, { pixels }] of frames.entries()) expect(pixels.equals(wanted[index]!.pixels)).toBe(true);
    expect(end).toEqual(every.end);
  }
}
