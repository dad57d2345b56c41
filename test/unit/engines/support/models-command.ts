import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs `models …` in a process of its own, as a person would, and gives what it printed. */
export function runModels(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = fileURLToPath(new URL('../../../../src/cli/models.ts', import.meta.url));
  const program = `
    import { modelsCommand } from ${JSON.stringify(command)};
    await modelsCommand().parseAsync(${JSON.stringify(args)}, { from: 'user' }).catch((error) => {
      process.stderr.write(error.message);
      process.exitCode = 1;
    });`;
  return new Promise((resolve) => {
    // What a server of this checkout chose on this machine is not the test's business.
    const env = { ...process.env, DATA_DIR: '/nowhere' };
    execFile(process.execPath, ['--input-type=module', '--eval', program], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}
