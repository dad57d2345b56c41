import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { findHelm, renderChart } from '../support/helm.ts';

/** The chart says what the plain manifests say, with values in place of what an operator changes in them. */
interface Resource {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: of many kinds
  [field: string]: any;
}

const run = promisify(execFile);
const deploy = path.join(import.meta.dirname, '../../deploy');
const helm = await findHelm();

async function render(options: string[] = [], release?: string): Promise<Resource[]> {
  const text = await renderChart(helm!, options, release);
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as Resource | null) ?? []);
}

async function readManifests(): Promise<Resource[]> {
  const folder = path.join(deploy, 'kubernetes');
  const { resources, images } = parse(await readFile(path.join(folder, 'kustomization.yaml'), 'utf8'));
  const [{ newName, newTag }] = images;
  const texts = await Promise.all(resources.map((file: string) => readFile(path.join(folder, file), 'utf8')));
  return texts
    .flatMap((text) => parseAllDocuments(text.replaceAll('image: sightline', `image: ${newName}:${newTag}`)))
    .map((document) => document.toJS() as Resource);
}

const byName = (resources: Resource[]) => new Map(resources.map((one) => [`${one.kind} ${one.metadata.name}`, one]));

describe.skipIf(helm === null)('the Helm chart', () => {
  test('has no faults that Helm finds', async () => {
    const { stdout } = await run(helm!, ['lint', '--strict', path.join(deploy, 'helm')]);
    expect(stdout).toContain('0 chart(s) failed');
  });

  test('renders the plain manifests, with what only Helm can do', async () => {
    const rendered = byName(await render());
    const migrate = rendered.get('Job sightline-migrate')!;
    // It runs before the rest is installed, so it cannot have its settings from there.
    expect(migrate.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    delete migrate.metadata.annotations;
    const [container] = migrate.spec.template.spec.containers;
    const settings = Object.fromEntries(container.env.map(({ name, value }: Record<string, string>) => [name, value]));
    expect(settings).toEqual(rendered.get('ConfigMap sightline')!.data);
    delete container.env;
    container.envFrom.unshift({ configMapRef: { name: 'sightline' } });
    for (const role of ['api', 'worker']) {
      const { metadata } = rendered.get(`Deployment sightline-${role}`)!.spec.template;
      expect(metadata.annotations['sightline/settings']).toMatch(/^[0-9a-f]{64}$/);
      delete metadata.annotations['sightline/settings'];
      if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
    }
    expect(rendered).toEqual(byName(await readManifests()));
  });

  test('replaces the pods when a setting changes, and names everything by the release', async () => {
    const checksum = (resources: Resource[]) =>
      byName(resources).get('Deployment sightline-api')!.spec.template.metadata.annotations['sightline/settings'];
    const changed = await render(['--set', 'settings.LOG_LEVEL=debug,serviceAccountName=bucket-reader,secretName=own']);
    expect(checksum(changed)).not.toBe(checksum(await render()));
    const { spec } = byName(changed).get('Deployment sightline-worker')!.spec.template;
    expect(spec.serviceAccountName).toBe('bucket-reader');
    expect(spec.containers[0].envFrom).toEqual([
      { configMapRef: { name: 'sightline' } },
      { secretRef: { name: 'own' } },
    ]);
    const names = (await render([], 'second')).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => !name.startsWith('second'))).toEqual([]);
  });

  test('needs neither KEDA nor a metrics server', async () => {
    const resources = await render(['--set', 'api.autoscaling=false,worker.autoscaling=false,worker.minReplicas=3']);
    expect(resources.map(({ kind }) => kind)).not.toContain('ScaledObject');
    expect(resources.map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
    expect(byName(resources).get('Deployment sightline-worker')!.spec.replicas).toBe(3);
    expect(byName(resources).get('Deployment sightline-api')!.spec.replicas).toBe(2);
  });
});
