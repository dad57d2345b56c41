import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** The ffmpeg of the system, which makes videos for tests and is one of the decoders. */
export const ffmpeg: string = findFfmpeg();

function findFfmpeg(): string {
  try {
    return execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('These tests need ffmpeg on the PATH (Debian: apt-get install ffmpeg).');
  }
}

/** Makes a video with the given arguments, in a folder that goes with the test. */
export async function makeVideo(name: string, args: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-video-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  await promisify(execFile)(ffmpeg, ['-v', 'error', '-y', ...args, file]);
  return file;
}
