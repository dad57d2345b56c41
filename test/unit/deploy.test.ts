import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/pool.ts';
import { gatewayGauges } from '../../src/gateway/monitoring/gateway-gauges.ts';
import { createMetrics } from '../../src/gateway/monitoring/metrics.ts';
import { systemGauges } from '../../src/gateway/monitoring/system-gauges.ts';

const deploy = join(import.meta.dirname, '../../deploy');

function readText(...path: string[]): string {
  return readFileSync(join(deploy, ...path), 'utf8');
}

interface Resource {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec: {
    template: {
      metadata: { labels: Record<string, string> };
      spec: { terminationGracePeriodSeconds: number; containers: Container[] };
    };
    selector: { matchLabels?: Record<string, string> };
    scaleTargetRef: { name: string };
    triggers: { metadata: { query: string } }[];
  };
}

interface Container {
  args: string[];
  ports?: { name: string; containerPort: number }[];
  readinessProbe?: { httpGet: { path: string; port: string }; periodSeconds: number; failureThreshold: number };
}

const { resources: files } = parse(readText('kubernetes', 'kustomization.yaml')) as { resources: string[] };
const resources = [...files, 'secret.example.yaml'].flatMap((file) =>
  parseAllDocuments(readText('kubernetes', file)).map((document) => document.toJS() as Resource),
);

function find(kind: string, name: string): Resource {
  const found = resources.find((resource) => resource.kind === kind && resource.metadata.name === name);
  if (!found) throw new Error(`${kind} ${name} is missing.`);
  return found;
}

const settings = find('ConfigMap', 'sightline').data!;
const secrets = find('Secret', 'sightline').stringData!;

describe('manifests for Kubernetes', () => {
  test('set what the gateway reads, and values that it accepts', () => {
    const source = readFileSync(join(deploy, '../src/config.ts'), 'utf8');
    const names = Object.keys({ ...settings, ...secrets }).filter((name) => !name.startsWith('AWS_'));
    expect(names.filter((name) => !source.includes(`'${name}'`))).toEqual([]);
    const filled = { ...settings, ...secrets, BOOTSTRAP_API_KEY: '0'.repeat(64) };
    expect(loadConfig(filled)).toMatchObject({ publicUrl: settings.PUBLIC_URL, metricsPort: 9090 });
  });

  test.each(['api', 'worker'])('give a %s longer to end than it may take', (role) => {
    const { terminationGracePeriodSeconds, containers } = find('Deployment', `sightline-${role}`).spec.template.spec;
    const { shutdownDrainSeconds, shutdownGraceSeconds } = loadConfig({});
    expect(terminationGracePeriodSeconds).toBeGreaterThan(shutdownDrainSeconds + shutdownGraceSeconds);
    expect(containers.map(({ args }) => args)).toEqual([[role]]);
  });

  test('take an api out of the service before its port closes', () => {
    const { ports, readinessProbe } = find('Deployment', 'sightline-api').spec.template.spec.containers[0]!;
    const { shutdownDrainSeconds, port } = loadConfig({});
    expect(readinessProbe!.periodSeconds * readinessProbe!.failureThreshold).toBeLessThan(shutdownDrainSeconds);
    expect(ports).toEqual([
      { name: 'http', containerPort: port },
      { name: 'metrics', containerPort: Number(settings.METRICS_PORT) },
    ]);
    expect(readinessProbe!.httpGet).toEqual({ path: '/readyz', port: 'http' });
  });

  test('disrupt and scale what they deploy', () => {
    for (const role of ['api', 'worker']) {
      const { template } = find('Deployment', `sightline-${role}`).spec;
      expect(find('PodDisruptionBudget', `sightline-${role}`).spec.selector.matchLabels).toEqual(
        template.metadata.labels,
      );
    }
    expect(find('HorizontalPodAutoscaler', 'sightline-api').spec.scaleTargetRef.name).toBe('sightline-api');
    expect(find('ScaledObject', 'sightline-worker').spec.scaleTargetRef.name).toBe('sightline-worker');
  });
});

/** The names of all metrics, as Prometheus stores them. */
async function listMetrics(): Promise<Set<string>> {
  const database = { pool: { waitingCount: 0 } } as unknown as Database;
  const { registry } = createMetrics([
    ...gatewayGauges({} as Parameters<typeof gatewayGauges>[0]),
    ...systemGauges({ database, dataDir: '.', hasOwnDatabase: true, engines: () => [] }),
  ]);
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  // As Prometheus stores a histogram.
  return new Set([...names, ...names.map((name) => `${name}_bucket`)]);
}

/** Metrics of ours that an expression names. */
function namesIn(expression: string): string[] {
  return expression.match(/\b(sightline|process|nodejs)_\w+/g) ?? [];
}

describe('monitoring', () => {
  const { groups } = parse(readText('monitoring', 'alerts.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  const dashboard = JSON.parse(readText('monitoring', 'dashboard.json')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };

  test('names metrics that exist', async () => {
    const known = await listMetrics();
    const queries = [
      ...rules.map(({ expr }) => expr),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...find('ScaledObject', 'sightline-worker').spec.triggers.map(({ metadata }) => metadata.query),
    ];
    const names = queries.flatMap(namesIn);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test.each(rules.map(({ alert, annotations }) => [alert, annotations]))(
    'has a runbook for %s',
    (alert, annotations) => {
      const runbooks = readFileSync(join(deploy, '../docs/runbooks.md'), 'utf8');
      expect(runbooks.split('\n')).toContain(`## ${alert}`);
      expect(annotations.runbook_url).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
    },
  );
});
