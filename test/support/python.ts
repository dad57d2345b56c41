import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Made by the first test that needs it, and kept: npm ci removes it. */
const environment = path.join(import.meta.dirname, '../../node_modules/.cache/test-python');

/**
 * A Python that has a package, for tests against programs of Python's world: PYTHON or python3 when they have it. With CI=true
 * the package is otherwise installed with pip into an environment of the tests' own (the first time some 20 s); without it
 * nothing is installed, and the test is to be skipped.
 *
 * @param requirement as pip takes it.
 * @returns null when there is none; why is printed.
 */
export async function pythonWith(module: string, requirement: string): Promise<string | null> {
  const given = process.env.PYTHON ?? 'python3';
  try {
    if (await has(given, module)) return given;
    if (process.env.CI === 'true') return await install(given, module, requirement);
    skipping(
      module,
      `"${given}" has no ${module}; pip install ${requirement}, name a Python by PYTHON, or set CI=true`,
    );
  } catch (error) {
    skipping(module, (error as { stderr?: string }).stderr?.trim() || (error as Error).message);
  }
  return null;
}

async function install(given: string, module: string, requirement: string): Promise<string> {
  const python = path.join(environment, 'bin/python');
  if (!existsSync(python)) await run(given, ['-m', 'venv', environment]);
  if (!(await has(python, module)))
    await run(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--only-binary=:all:',
      requirement,
    ]);
  return python;
}

async function has(python: string, module: string): Promise<boolean> {
  const code = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
  return run(python, ['-c', code]).then(
    () => true,
    (error: { code?: unknown }) => {
      if (error.code === 1) return false;
      throw error;
    },
  );
}

/** Loud, since a test that is never run proves nothing. */
function skipping(module: string, reason: string): void {
  console.warn(`NOT TESTED, for want of Python's ${module}: ${reason}`);
}
