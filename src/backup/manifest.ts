import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The list of a backup's files. Written last: a directory without it is a backup that was interrupted. */
export interface Manifest {
  format: 1;
  /** When it was begun. */
  createdAt: string;
  /** Of the Sightline that wrote it. An older one cannot start on it. */
  version: string;
  /** Major version of the PostgreSQL programs, which a restore needs. */
  postgresVersion: string;
  files: BackedUpFile[];
}

export interface BackedUpFile {
  /** Relative to the backup, with slashes. */
  path: string;
  byteSize: number;
  /** Lower-case hex. */
  sha256: string;
}

/** The parts of a backup, as directories of it. */
export const parts = { database: 'postgres', store: 'blobs' } as const;

const manifestName = 'manifest.json';

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeFile(path.join(directory, manifestName), JSON.stringify(manifest), { flag: 'wx' });
}

/** @throws an Error with a sentence if there is none, or it cannot be read by this version */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = path.join(directory, manifestName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      `${directory} is not a complete backup: it has no ${manifestName}. Make another one, or use an older one.`,
    );
  }
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format === 1) return manifest;
  throw new Error(
    `${directory} was written by Sightline ${manifest.version}, in a form that this version does not know.`,
  );
}

export function sumBytes(files: readonly BackedUpFile[]): number {
  return files.reduce((sum, { byteSize }) => sum + byteSize, 0);
}
