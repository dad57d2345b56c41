import path from 'node:path';
import { hashFile, type OnFile } from './copy-tree.ts';
import type { BackedUpFile, Manifest } from './manifest.ts';

/** Reads every file of a backup and compares it with the manifest. @returns the paths of those that are missing or differ */
export async function findDamaged(
  directory: string,
  { files }: Pick<Manifest, 'files'>,
  onFile: OnFile,
): Promise<string[]> {
  const damaged: string[] = [];
  for (const file of files) {
    if (!(await isWhole(directory, file))) damaged.push(file.path);
    onFile(file.byteSize);
  }
  return damaged;
}

async function isWhole(directory: string, file: BackedUpFile): Promise<boolean> {
  const found = await hashFile(path.join(directory, file.path));
  return found !== null && found.byteSize === file.byteSize && found.sha256 === file.sha256;
}
