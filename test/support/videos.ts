import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openDecoder } from '../../workers/decoder/open-decoder.ts';
import { decoderSettings } from '../../workers/decoder/settings.ts';
import type { DecoderSettings, Sampling, VideoEnd, VideoFrame, VideoInfo } from '../../workers/decoder/video.ts';
import { projectRoot } from './readme.ts';

/** The path of a video of the fixtures. */
export function videoFixture(name: string): string {
  return path.join(projectRoot, 'test/fixtures/videos', name);
}

/** A copy of a fixture whose bytes are changed first. */
export async function changedVideo(name: string, change: (bytes: Buffer) => Buffer): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-video-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  await writeFile(file, change(await readFile(videoFixture(name))));
  return file;
}

/** Writes a display matrix, as the QuickTime specification defines it, into the header of the video track. */
export function withMatrix(bytes: Buffer, [a, b, c, d]: readonly [number, number, number, number]): Buffer {
  const header = bytes.indexOf('tkhd');
  const matrix = header + 4 + 40;
  for (const [index, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(value * 65_536, matrix + index * 4);
  return bytes;
}

export const nodeAvSettings: DecoderSettings = decoderSettings({
  program: 'node-av',
  maxSeconds: 3_600,
  maxPixels: 50e6,
});

export interface Decoded {
  info: VideoInfo;
  frames: VideoFrame[];
  end: VideoEnd;
}

/** Decodes a whole video, by default two frames a second. */
export async function decodeAll(
  file: string,
  settings: DecoderSettings,
  sampling: Partial<Sampling> = {},
): Promise<Decoded> {
  const video = await openDecoder(
    file,
    { framesPerSecond: 2, keyFramesOnly: false, maxFrames: null, fromSeconds: 0, ...sampling },
    settings,
  );
  onTestFinished(() => video.close());
  const frames = await Array.fromAsync(video.frames);
  return { info: video.info, frames, end: await video.ended };
}
