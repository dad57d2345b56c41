import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { version } from '../version.ts';
import { copyCluster } from './copy-cluster.ts';
import { copyFile, copyTree, type OnFile } from './copy-tree.ts';
import { ofFullDisk } from './full-disk.ts';
import { type BackedUpFile, type Manifest, parts, writeManifest } from './manifest.ts';

export interface BackupSource {
  /** null: the pictures are in a bucket, which has backups of its own. */
  storeDirectory: string | null;
  /** The home of the embedded server, and its running cluster. */
  home: string;
  cluster: { superuserUrl: string; directory: string };
  postgresVersion: string;
}

/** Files beside the cluster without which nobody can sign in to it. */
const passwords = ['password', 'app-password'];

/**
 * Writes a backup into a new or empty directory while everything runs. First the database, then the store: every picture that the copied
 * rows refer to was there, and only those that are deleted in between are missing. Temporary files of the store are left out.
 * @throws an Error with a sentence; the directory is empty again then
 */
export async function makeBackup(source: BackupSource, directory: string, onFile: OnFile): Promise<Manifest> {
  await claimDirectory(directory);
  // What was there by now is in the copy; how long copying takes does not make it younger.
  const createdAt = new Date().toISOString();
  try {
    const database = await copyDatabase(source, path.join(directory, parts.database), onFile);
    const store = source.storeDirectory
      ? await copyStore(source.storeDirectory, path.join(directory, parts.store), onFile)
      : [];
    const { postgresVersion } = source;
    const manifest: Manifest = { format: 1, createdAt, version, postgresVersion, files: [...database, ...store] };
    await writeManifest(directory, manifest);
    return manifest;
  } catch (error) {
    await Promise.all(
      Object.values(parts).map((part) => rm(path.join(directory, part), { recursive: true, force: true })),
    );
    throw ofFullDisk(error, directory);
  }
}

async function claimDirectory(directory: string): Promise<void> {
  await makeDirectory(directory);
  if ((await readdir(directory)).length > 0) {
    throw new Error(`${directory} is not empty. Name a new directory for each backup.`);
  }
}

/** Not by the option `recursive`, which tries for ever where the system says that a directory is missing in one that is there, as in /proc. */
async function makeDirectory(directory: string): Promise<void> {
  const make = () => mkdir(directory, { mode: 0o700 });
  try {
    await make().catch(async (error: NodeJS.ErrnoException) => {
      const parent = path.dirname(directory);
      if (error.code !== 'ENOENT' || parent === directory) throw error;
      await makeDirectory(parent);
      await make();
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A parent could not be made.
    if (code === undefined) throw error;
    if (code !== 'EEXIST')
      throw new Error(`The directory ${directory} cannot be made (${code}). Name another one.`, { cause: error });
    if (!(await stat(directory)).isDirectory()) throw new Error(`${directory} is a file. Name a directory.`);
  }
}

async function copyDatabase({ home, cluster }: BackupSource, to: string, onFile: OnFile): Promise<BackedUpFile[]> {
  const files = await copyCluster(cluster, path.join(to, 'cluster'), `${parts.database}/cluster`, onFile);
  const others = passwords.map(async (name) => {
    const file = await copyFile(path.join(home, name), path.join(to, name));
    return file ? [{ path: `${parts.database}/${name}`, ...file }] : [];
  });
  return [...files, ...(await Promise.all(others)).flat()];
}

function copyStore(from: string, to: string, onFile: OnFile): Promise<BackedUpFile[]> {
  return copyTree(from, to, parts.store, onFile, (relative) => relative !== 'tmp');
}
