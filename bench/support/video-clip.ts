import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './project-root.ts';

const run = promisify(execFile);
const loopSeconds = 6;

export const ffmpeg = execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).trim();

/** The pan of the examples as 1080p, again and again. */
export async function makeClip(folder: string, name: string, seconds: number, rate: number): Promise<string> {
  const loop = path.join(folder, 'loop.mp4');
  const source = path.join(projectRoot, 'examples/videos/aisle-pan.mp4');
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p', '-g', '60'];
  await run(ffmpeg, ['-v', 'error', '-y', '-i', source, '-vf', `fps=${rate},scale=1920:1080`, ...encoding, loop]);
  const file = path.join(folder, name);
  const times = String(seconds / loopSeconds - 1);
  await run(ffmpeg, ['-v', 'error', '-y', '-stream_loop', times, '-i', loop, '-c', 'copy', file]);
  return file;
}
