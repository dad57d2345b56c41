import { execFile } from 'node:child_process';
import { pythonWith } from './python.ts';

/** The oldest whose schemas the package has, and the newest. */
const versions = ['1.25', '1.37'];

/** A Python that has the schemas of Kubernetes itself (PyPI, 23 MB, Apache-2.0), which need no cluster; null: none has, and why is printed. */
export function findSchemas(): Promise<string | null> {
  return pythonWith('kubernetes_validate', 'kubernetes-validate==1.37.0');
}

/**
 * What kubernetes-validate prints of each resource and each version. An unknown field is a fault.
 * It knows no custom resources, and says so.
 */
export async function checkResources(python: string, yaml: string): Promise<string[]> {
  const reports = await Promise.all(versions.map((version) => check(python, version, yaml)));
  return reports.flatMap((report) => report.trim().split('\n'));
}

/** Exits with 1 if there are faults, which it prints. */
function check(python: string, version: string, yaml: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = ['-m', 'kubernetes_validate', '--kubernetes-version', version, '--strict', '-'];
    const child = execFile(python, options, (error, stdout, stderr) => {
      if (error !== null && error.code !== 1) reject(error);
      else resolve(stdout + stderr);
    });
    child.stdin!.end(yaml);
  });
}
