import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findHelm, renderChart } from '../support/helm.ts';
import { checkResources, findSchemas } from '../support/kubernetes-schemas.ts';

const manifests = path.join(import.meta.dirname, '../../deploy/kubernetes');
const python = await findSchemas();
const helm = await findHelm();

/** Names of resources that have no fault, and what is printed of all others. */
async function sort(yaml: string): Promise<{ passed: Set<string>; others: string[] }> {
  const passed = new Set<string>();
  const others: string[] = [];
  for (const line of await checkResources(python!, yaml)) {
    const name = / passed for resource (\S+) against version /.exec(line)?.[1];
    if (name) passed.add(name);
    else if (!line.includes("Couldn't find schema for kind ScaledObject")) others.push(line);
  }
  return { passed, others };
}

const all = [
  ...['deployment/sightline-api', 'deployment/sightline-worker', 'horizontalpodautoscaler/sightline-api'],
  ...['job/sightline-migrate', 'poddisruptionbudget/sightline-api', 'poddisruptionbudget/sightline-worker'],
  ...['configmap/sightline', 'service/sightline'],
];

describe.skipIf(python === null)("Kubernetes' schemas", () => {
  test('have every field of the plain manifests', async () => {
    const files = (await readdir(manifests)).filter((file) => file !== 'kustomization.yaml');
    const texts = await Promise.all(files.map((file) => readFile(path.join(manifests, file), 'utf8')));
    const { passed, others } = await sort(texts.join('---\n'));
    expect(others).toEqual([]);
    expect([...passed].sort()).toEqual([...all, 'secret/sightline'].sort());
  });

  test.skipIf(helm === null)('have every field that the Helm chart renders, whatever its values', async () => {
    const { passed, others } = await sort(await renderChart(helm!));
    expect(others).toEqual([]);
    expect([...passed].sort()).toEqual([...all].sort());
    const unscaled = 'api.autoscaling=false,worker.autoscaling=false,serviceAccountName=bucket-reader';
    expect((await sort(await renderChart(helm!, ['--set', unscaled]))).others).toEqual([]);
  });
});
