import { describe, expect, test } from 'vitest';
import { areRelated, namedVideoType, sniffVideoType } from '../../../src/images/header/video-type.ts';
import { countFrames, type FoundFrame } from '../../../src/video-analyses/found.ts';
import { toIntervals } from '../../../src/video-analyses/intervals.ts';
import { etaSeconds, progressAt } from '../../../src/video-analyses/progress.ts';
import { creditsOf, mostFrames } from '../../../src/video-analyses/sampling.ts';
import { secondOf } from '../../../src/video-analyses/time.ts';

describe('the type of a video', () => {
  const iso = (brand: string) => `\0\0\0\x18ftyp${brand}`;
  test.each([
    [iso('isom'), 'video/mp4'],
    [iso('qt  '), 'video/quicktime'],
    ['\0\0\0\x08wide', 'video/quicktime'],
    ['\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm', 'video/webm'],
    ['\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska', 'video/x-matroska'],
    ['RIFF\0\0\0\0AVI LIST', 'video/x-msvideo'],
    ['RIFF\0\0\0\0WEBPVP8 ', null],
    [iso('avif'), null],
    [iso('heic'), null],
    ['\x1a\x45\xdf\xa3 something else', null],
    ['', null],
  ])('of a file that begins with %j is %s', (start, type) => {
    expect(sniffVideoType(Buffer.from(start, 'latin1'))).toBe(type);
  });

  test('is named in any of the usual ways', () => {
    expect(namedVideoType('Video/MP4; codecs="avc1"')).toBe('video/mp4');
    expect(namedVideoType('video/avi')).toBe('video/x-msvideo');
    expect(namedVideoType('image/jpeg')).toBeNull();
    expect(areRelated('video/mp4', 'video/quicktime')).toBe(true);
    expect(areRelated('video/mp4', 'video/webm')).toBe(false);
  });
});

test('credits are for tens of frames that are begun, of the duration or of maxFrames', () => {
  const sampling = { framesPerSecond: 2, keyFramesOnly: false, maxFrames: null };
  expect(creditsOf(mostFrames(sampling, 3_600))).toBe(720);
  expect(creditsOf(mostFrames(sampling, 5.2))).toBe(2);
  expect(creditsOf(mostFrames(sampling, 5))).toBe(1);
  expect(creditsOf(mostFrames({ ...sampling, maxFrames: 11 }, 3_600))).toBe(2);
  expect(creditsOf(mostFrames({ ...sampling, framesPerSecond: 0.01 }, 1))).toBe(1);
});

test('a frame that was rounded down belongs to the second after it, as for the decoder', () => {
  expect([0, 0.998, 0.999, 1, 1.5].map(secondOf)).toEqual([0, 0, 1, 1, 1]);
});

test('progress is below 1 while an analysis runs, and unknown without a duration', () => {
  expect(progressAt(3, 6)).toBe(0.5);
  expect(progressAt(7, 6)).toBe(0.999);
  expect(progressAt(7, null)).toBeNull();
  expect(etaSeconds(0.25, 10_000)).toBe(30);
  expect(etaSeconds(null, 10_000)).toBeNull();
});

function frame(timeSeconds: number, labels: string[]): FoundFrame {
  const found = labels.map((name) => ({ name, group: null, confidence: 0.5 }));
  return { timeSeconds, width: 10, height: 10, detections: [], labels: found, accepted: null };
}

test('intervals are half-open, and their counts are those of their frames', () => {
  const frames = [frame(0, ['cat']), frame(0.5, ['cat', 'dog']), frame(1, ['dog']), frame(4.2, [])];
  const count = (label: string, number: number) => ({ itemId: null, label, count: number });
  expect(toIntervals(frames, 1)).toEqual([
    { fromSeconds: 0, toSeconds: 1, frames: 2, counts: [count('cat', 2), count('dog', 1)] },
    { fromSeconds: 1, toSeconds: 2, frames: 1, counts: [count('dog', 1)] },
    { fromSeconds: 4, toSeconds: 5, frames: 1, counts: [] },
  ]);
  expect(countFrames(frames)).toEqual([count('cat', 2), count('dog', 2)]);
});
