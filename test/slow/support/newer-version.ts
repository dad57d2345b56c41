import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { addProjectModels } from '../../support/pinned-models.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

export interface NewerVersion {
  /** What it calls itself. */
  version: string;
  /** Its src/cli/main.ts. */
  main: string;
  /** The migration that only it has. */
  migration: string;
  /** For MODELS_DIR, which tests set. */
  modelsDir: string;
  /** The pipeline, name@version, that only it has. */
  pipeline: string;
}

/**
 * A checkout as a later release might be: this one's files, with another version, a migration more and another pipeline. Call it
 * inside a test; it is gone with it.
 */
export async function createNewerVersion(): Promise<NewerVersion> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-newer-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const folder of ['src', 'schema', 'workers', 'migrations'])
    await cp(path.join(root, folder), path.join(directory, folder), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  const version = '99.0.0';
  const description = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({ ...description, version }));
  const modelsDir = path.join(directory, 'models');
  await addModels(modelsDir);
  const migration = '9999-newer';
  await writeFile(
    path.join(directory, 'migrations', `${migration}.sql`),
    'alter table analysis add column newer text;\n',
  );
  return {
    version,
    main: path.join(directory, 'src', 'cli', 'main.ts'),
    migration,
    modelsDir,
    pipeline: 'newer@1',
  };
}

/** The same models, and the newest default pipeline under another name as well. */
async function addModels(folder: string): Promise<void> {
  await addProjectModels(folder);
  const pipelines = path.join(folder, 'pipelines');
  const newest = (await readdir(pipelines))
    .filter((name) => /^shelf-\d+\.json$/.test(name))
    .sort()
    .at(-1)!;
  const pipeline = JSON.parse(await readFile(path.join(pipelines, newest), 'utf8'));
  await writeFile(path.join(pipelines, 'newer.json'), JSON.stringify({ ...pipeline, name: 'newer', version: '1' }));
}
