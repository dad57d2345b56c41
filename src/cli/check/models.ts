import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { listModels } from '../../models/list-models.ts';
import { loadPipelines } from '../../models/load-pipelines.ts';
import { type Check, type Finding, ok, problem, problemOf } from './finding.ts';

/** Checks that the models of pipelines exist, and that their files match the manifests. */
export const checkModels: Check = async ({ modelsDir }) => {
  const findings: Finding[] = [];
  const fault = await problemOf('models', async () => {
    const pipelines = await loadPipelines(modelsDir);
    for (const { key, variant, file, sha256 } of await listModels(modelsDir)) {
      if ((await hashOf(file)) === sha256) continue;
      const text = `${file} does not have the sha256 that the manifest of ${key} says (${variant}). Fetch the file again, or correct its sha256.`;
      findings.push(problem('models', text));
    }
    if (findings.length > 0) return;
    const names = pipelines.map(({ key }) => key).join(', ');
    findings.push(ok('models', `${names} in ${modelsDir}; "sightline models verify" runs them`));
  });
  return fault ? [fault] : findings;
};

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
