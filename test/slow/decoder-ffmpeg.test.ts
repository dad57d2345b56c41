import { describe, expect, test } from 'vitest';
import { probeVideo } from '../../workers/decoder/open-decoder.ts';
import { ffmpeg } from '../support/ffmpeg.ts';
import { nodeAvSettings, videoFixture } from '../support/videos.ts';
import { decoderCases } from '../unit/decoder/support/decoder-cases.ts';

describe('an ffmpeg of the system does what the library does', () => {
  decoderCases({ ...nodeAvSettings, program: ffmpeg });
});

test('a program that is not there is VIDEO_UNAVAILABLE', async () => {
  const settings = { ...nodeAvSettings, program: '/nowhere/ffmpeg' };
  await expect(probeVideo(videoFixture('clock.mp4'), settings)).rejects.toMatchObject({ code: 'VIDEO_UNAVAILABLE' });
});
