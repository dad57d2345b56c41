import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sniffFile } from '../../../workers/decoder/container.ts';
import { examplesDir } from './examples.ts';

/** A picture or video on this machine's disk to recognise. */
export interface Picture {
  /** Absolute. */
  path: string;
  /** File name, for people. */
  name: string;
}

/** The shelves that come with the project, in the order of their names. */
export async function exampleShelves(): Promise<Picture[]> {
  const directory = join(examplesDir, 'shelves');
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jpg')).sort();
  return names.map((name) => ({ path: join(directory, name), name }));
}

/** The files that are videos by their first bytes, and the others. */
export async function separateVideos(files: readonly Picture[]): Promise<{ pictures: Picture[]; videos: Picture[] }> {
  const containers = await Promise.all(files.map(({ path }) => sniffFile(path)));
  return {
    pictures: files.filter((_, index) => containers[index] === null),
    videos: files.filter((_, index) => containers[index] !== null),
  };
}

/**
 * The photographs and videos that a person named. Only readability is checked; the server decides whether they are what they seem.
 * @throws Error that names every path that cannot be used
 */
export async function ownPhotos(paths: readonly string[]): Promise<Picture[]> {
  const problems = (await Promise.all(paths.map(findProblem))).filter((problem) => problem !== null);
  if (problems.length > 0)
    throw new Error(
      `${problems.join('; ')}. Name picture or video files that this user may read; nothing was started.`,
    );
  return paths.map((path) => ({ path, name: basename(path) }));
}

async function findProblem(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return `${path} is not a file`;
    await access(path, constants.R_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `${path} does not exist`;
    return `${path} cannot be read (${code})`;
  }
}
