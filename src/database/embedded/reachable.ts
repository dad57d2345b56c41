import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ServerUser } from './server-user.ts';

const search = 0o1;

/**
 * The topmost directory in the path of `directory` (itself included) that a user may not enter, null if there is none. It reads
 * mode bits only; an access control list that grants more is ignored, which costs a copy but breaks nothing.
 */
export async function findBarrier(user: ServerUser, directory: string): Promise<string | null> {
  const target = await realpath(directory);
  for (const step of stepsTo(target)) {
    if (!mayEnter(user, await stat(step))) return step;
  }
  return null;
}

function stepsTo(target: string): string[] {
  const parent = path.dirname(target);
  return parent === target ? [target] : [...stepsTo(parent), target];
}

function mayEnter(user: ServerUser, directory: { uid: number; gid: number; mode: number }): boolean {
  if (directory.uid === user.uid) return (directory.mode & (search << 6)) !== 0;
  if (directory.gid === user.gid) return (directory.mode & (search << 3)) !== 0;
  return (directory.mode & search) !== 0;
}
