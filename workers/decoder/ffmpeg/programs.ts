import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { demuxers } from '../container.ts';
import { unavailable } from '../failures.ts';
import type { VideoFile } from '../video-file.ts';

/** The ffprobe that was installed with an ffmpeg. */
export function ffprobeBeside(ffmpeg: string): string {
  return path.join(path.dirname(ffmpeg), path.basename(ffmpeg).replace('ffmpeg', 'ffprobe'));
}

/** @throws VideoFailure if it cannot be started. */
export async function requireProgram(program: string): Promise<void> {
  try {
    await access(program, constants.X_OK);
  } catch (error) {
    throw unavailable(String(error));
  }
}

/** The options of an input: its container, and nothing that it refers to. */
export function inputOf({ path, container }: VideoFile): string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', demuxers[container], '-i', `file:${path}`];
}
