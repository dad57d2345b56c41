import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** Which module may import which: see "Where things are" in docs/architecture.md. */
const root = path.join(import.meta.dirname, '../..');

interface Module {
  /** From the root of the project. */
  file: string;
  text: string;
  /** Project files or package names; `runtime` is false for what `import type` erases. */
  imports: { target: string; runtime: boolean }[];
  /** Those of them that are loaded later, with `import()`. */
  later: ReadonlySet<string>;
}

const modules = new Map(
  ['schema', 'src', 'workers'].flatMap((folder) => listFiles(folder).map((file) => [file, readModule(file)] as const)),
);

function listFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name));
}

function readModule(file: string): Module {
  const text = readFileSync(path.join(root, file), 'utf8');
  const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
  const dynamic = /\bimport\('([^']+)'\)/g;
  const imports = [
    ...[...text.matchAll(statement)].map(([, type, name]) => ({ target: resolve(file, name!), runtime: !type })),
    ...[...text.matchAll(dynamic)].map(([, name]) => ({ target: resolve(file, name!), runtime: true })),
  ];
  const later = new Set([...text.matchAll(dynamic)].map(([, name]) => resolve(file, name!)));
  return { file, text, imports, later };
}

function resolve(from: string, name: string): string {
  return name.startsWith('.') ? path.join(path.dirname(from), name) : name;
}

function within(...folders: string[]): (file: string) => boolean {
  return (file) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
}

function isPackage(target: string): boolean {
  return !within('schema', 'src', 'workers')(target);
}

/** Everything of the project and of packages that is loaded when these modules are; with `atOnce`, not what they load later. */
function reach(entries: readonly string[], { atOnce = false } = {}): Set<string> {
  const reached = new Set<string>();
  const left = [...entries];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const { imports = [], later } = modules.get(file) ?? {};
    for (const { target, runtime } of imports) if (runtime && !(atOnce && later?.has(target))) left.push(target);
  }
  return reached;
}

/** `a.ts → b.ts` for every import that a rule forbids; types count, too. */
function forbidden(of: (file: string) => boolean, mayImport: (target: string) => boolean): string[] {
  return [...modules.values()]
    .filter(({ file }) => of(file))
    .flatMap(({ file, imports }) =>
      imports.filter(({ target }) => !mayImport(target)).map(({ target }) => `${file} → ${target}`),
    );
}

describe('the imports that these tests read', () => {
  test('are found in every form, and lead to files that are there', () => {
    expect(modules.get('src/server.ts')!.imports).toContainEqual({ target: 'workers/worker.ts', runtime: true });
    expect(modules.get('src/server.ts')!.imports).toContainEqual({ target: 'src/config.ts', runtime: false });
    expect(modules.get('schema/index.ts')!.imports).toContainEqual({
      target: 'schema/batches/index.ts',
      runtime: true,
    });
    const missing = forbidden(
      () => true,
      (target) => isPackage(target) || modules.has(target) || target.endsWith('.json') || target.endsWith('.d.ts'),
    );
    expect(missing).toEqual([]);
  });
});

describe('dependencies point one way', () => {
  const assembly = (file: string) => file === 'src/server.ts' || within('src/cli')(file);
  const inSrc = (file: string) => within('src')(file) && !assembly(file);

  test('src knows neither the schema nor the workers, but where a process is put together', () => {
    expect(forbidden(inSrc, (target) => !within('schema', 'workers')(target))).toEqual([]);
  });

  test('nothing but the command line knows the assembly', () => {
    const outside = (file: string) => !within('src/cli')(file);
    expect(forbidden(outside, (target) => target !== 'src/server.ts' && !within('src/cli')(target))).toEqual([]);
  });

  test('a process that serves begins its engines before it loads what answers requests and does jobs', () => {
    const loaded = reach(['src/cli/program.ts'], { atOnce: true });
    expect(loaded).toContain('workers/engines/pool/pool.ts');
    const later = ['schema/index.ts', 'src/gateway/server.ts', 'workers/worker.ts', 'src/cli/commands.ts'];
    expect(later.filter((file) => loaded.has(file))).toEqual([]);
  });

  test('the schema knows no worker, and a worker no schema', () => {
    expect(forbidden(within('schema'), (target) => !within('workers')(target))).toEqual([]);
    expect(forbidden(within('workers'), (target) => !within('schema')(target))).toEqual([]);
  });

  test('the gateway takes its schema as an argument and knows no domain but who is asking and what is sent to it', () => {
    const domains = within('src/analyses', 'src/batches', 'src/catalog', 'src/images', 'src/tasks', 'src/recognition');
    expect(forbidden(within('src/gateway'), (target) => !domains(target))).toEqual([]);
  });

  test('repositories know no service and nothing of a whole process', () => {
    const isRepository = (file: string) => file.endsWith('.repository.ts');
    const above = (target: string) =>
      target.endsWith('.service.ts') || target === 'src/resources.ts' || within('src/gateway', 'src/cli')(target);
    expect(forbidden(isRepository, (target) => !above(target))).toEqual([]);
  });

  test('SQL is written in repositories, conditions of lists, the event log and the database folder', () => {
    const mayQuery = (file: string) =>
      /\.repository\.ts$|-filter\.ts$/.test(file) || within('src/database', 'src/events')(file);
    // Looks whether the database can be written to, and needs no table of a domain.
    const asksForItself = ['src/gateway/monitoring/gateway-checks.ts'];
    const queries = /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(<[^`]*>)?`/;
    const elsewhere = [...modules.values()].filter(
      ({ file, text }) => queries.test(text) && !mayQuery(file) && !asksForItself.includes(file),
    );
    expect(elsewhere.map(({ file }) => file)).toEqual([]);
  });

  test('the database folder knows nothing of what is stored', () => {
    const helpers = within('src/database', 'src/shared', 'src/log.ts');
    expect(forbidden(within('src/database'), (target) => isPackage(target) || helpers(target))).toEqual([]);
  });

  test('the event log knows the database, no domain and nothing of GraphQL', () => {
    const below = within('src/events', 'src/database', 'src/shared', 'src/log.ts');
    expect(forbidden(within('src/events'), (target) => isPackage(target) || below(target))).toEqual([]);
    // Its errors are answered by whoever asked, over HTTP or not.
    const isAnswer = (target: string) => target === 'src/refusal.ts' || /^(graphql|graphql-.*)$/.test(target);
    expect(forbidden(within('src/events'), (target) => !isAnswer(target))).toEqual([]);
  });

  test('the engine knows recognition, models and picture headers only: no database, no tenant, no configuration', () => {
    const below = within(
      'workers/engines',
      'src/recognition',
      'src/drawing',
      'src/models',
      'src/images/header',
      'src/shared',
    );
    expect(forbidden(within('workers/engines'), (target) => isPackage(target) || below(target))).toEqual([]);
    const reached = reach(['workers/engines/child/engine.ts']);
    expect([...reached].filter((target) => /^(pg|kysely|graphile-worker|graphql.*|@?pothos.*)$/.test(target))).toEqual(
      [],
    );
  });

  test('an engine and its pool are two processes: neither imports the other, and both only their protocol', () => {
    const engines = within('workers/engines');
    const side = (folder: string) => (target: string) =>
      !engines(target) || within(`workers/engines/${folder}`, 'workers/engines/protocol')(target);
    for (const folder of ['pool', 'child', 'protocol']) {
      expect([...modules.keys()].filter(within(`workers/engines/${folder}`))).not.toEqual([]);
      expect(forbidden(within(`workers/engines/${folder}`), side(folder))).toEqual([]);
    }
    expect([...modules.keys()].filter((file) => engines(file) && file.split('/').length < 4)).toEqual([]);
    const outside = (file: string) => !within('workers/engines')(file);
    expect(forbidden(outside, (target) => !within('workers/engines/child')(target))).toEqual([]);
  });

  test('the decoder knows nothing of the rest, and its child no package either', () => {
    const decoder = within('workers/decoder');
    expect(forbidden(decoder, (target) => decoder(target) || target.startsWith('node:') || target === 'zod')).toEqual(
      [],
    );
    const reached = reach(['workers/decoder/child/decode.ts']);
    expect(reached.size).toBeGreaterThan(5);
    expect([...reached].filter((target) => !decoder(target) && !target.startsWith('node:'))).toEqual([]);
  });

  test('what every process shares depends on nothing but timers', () => {
    const shared = (target: string) => within('src/shared')(target) || target === 'node:timers/promises';
    expect(forbidden(within('src/shared'), shared)).toEqual([]);
  });

  test('the reader of picture headers knows nothing but files', () => {
    const files = (target: string) =>
      within('src/images/header')(target) || /^node:(fs|timers)\/promises$/.test(target);
    expect(forbidden(within('src/images/header'), files)).toEqual([]);
  });

  test('drawing and sizes of pictures do no input or output', () => {
    // What recognition imports is tested below: it does none either.
    expect(forbidden(within('src/drawing'), within('src/drawing', 'src/recognition'))).toEqual([]);
    const names = 'src/recognition/objects/blur.ts';
    const rules = (target: string) => within('src/pictures', names)(target) || target === 'zod';
    expect(forbidden(within('src/pictures'), rules)).toEqual([]);
  });

  test('geometry and scoring do no input or output', () => {
    // Of Node only a checksum.
    const pure = (target: string) => within('src/recognition')(target) || target === 'node:zlib';
    expect(forbidden(within('src/recognition'), pure)).toEqual([]);
  });
});

/** The folders of src, lowest first: each may import those before it. Files beside them belong to no folder and are free. */
const layers = [
  'shared',
  'tracing',
  'database',
  'recognition',
  'drawing',
  'pictures',
  'validation',
  'storage',
  'fetching',
  'events',
  'jobs',
  'idempotency',
  'models',
  'organizations',
  'analyses',
  'video-analyses',
  'images',
  'videos',
  'picture-orders',
  'library',
  'uploads',
  'intake',
  'catalog',
  'teaching',
  'tasks',
  'planograms',
  'alerts',
  'visits',
  'places',
  'corrections',
  'session-tokens',
  'batches',
  'video-requests',
  'reruns',
  'exports',
  'retention',
  'backup',
  'system',
  'gateway',
  'cli',
];

/** Groups of files that import each other, directly or not. Types count, too. */
function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = new Map([...graph.keys()].map((file) => [file, reachFrom(graph, file)]));
  const circles = new Map<string, string[]>();
  for (const [file, reached] of reachable) {
    if (!reached.has(file)) continue;
    const circle = [...reached].filter((other) => reachable.get(other)?.has(file)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** What a file imports, and what that imports. Itself only when it is in a circle. */
function reachFrom(graph: ReadonlyMap<string, readonly string[]>, file: string): Set<string> {
  const reached = new Set<string>();
  const left = [...(graph.get(file) ?? [])];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    left.push(...(graph.get(next) ?? []));
  }
  return reached;
}

describe('no circles', () => {
  test('are made by imports of files', () => {
    const graph = new Map(
      [...modules.values()].map(({ file, imports }) => [file, imports.map(({ target }) => target)]),
    );
    expect(findCircles(graph)).toEqual([]);
  });

  test('would be overlooked', () => {
    const graph = new Map([
      ['a', ['b', 'd']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['d']],
      ['e', ['a']],
    ]);
    expect(findCircles(graph)).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('are made by folders of src: each has its place in the order, and imports only those before it', () => {
    const folderOf = (file: string) => /^src\/([^/]+)\/./.exec(file)?.[1];
    const folders = new Set([...modules.keys()].flatMap((file) => folderOf(file) ?? []));
    expect([...folders].sort()).toEqual([...layers].sort());
    const upwards = [...modules.values()].flatMap(({ file, imports }) =>
      imports
        .filter(({ target }) => {
          const [from, to] = [folderOf(file), folderOf(target)];
          return from !== undefined && to !== undefined && layers.indexOf(to) > layers.indexOf(from);
        })
        .map(({ target }) => `${file} → ${target}`),
    );
    expect(upwards).toEqual([]);
  });
});

describe('who loads what', () => {
  const native = ['onnxruntime-node', 'sharp'];

  test.each([
    ['the schema', ['schema/index.ts']],
    ['the gateway', ['src/gateway/server.ts']],
    ['the event log', ['src/events/events.ts']],
    [
      'every service and repository',
      [...modules.keys()].filter(within('src')).filter((file) => file !== 'src/server.ts' && !within('src/cli')(file)),
    ],
    ['what puts a process together', ['src/server.ts']],
    ['a worker', ['workers/worker.ts']],
  ])('%s loads neither ONNX Runtime nor sharp: engines do, in processes of their own', (_title, entries) => {
    expect(entries.length).toBeGreaterThan(0);
    expect(native.filter((name) => reach(entries).has(name))).toEqual([]);
  });

  test('the engine does load them, so the rule above can be broken', () => {
    const reached = reach(['workers/engines/child/engine.ts']);
    expect(native.filter((name) => reached.has(name))).toEqual(native);
  });

  test('OpenTelemetry is loaded only where traces are on: one file imports it, and only a call of import() loads that file', () => {
    const importersOf = (isIt: (target: string) => boolean) =>
      [...modules.values()].filter(({ imports }) => imports.some(({ target }) => isIt(target))).map(({ file }) => file);
    const exporter = 'src/tracing/otlp.ts';
    expect(importersOf((target) => target.startsWith('@opentelemetry/'))).toEqual([exporter]);
    expect(importersOf((target) => target === exporter)).toEqual(['src/tracing/start-tracing.ts']);
    expect(modules.get('src/tracing/start-tracing.ts')!.text).not.toMatch(/from '\.\/otlp\.ts'/);
  });

  /** Part of graphql-yoga: one of our own would be a second, different copy. */
  const comesWithAnother = ['@envelop/core'];

  test('every package that is loaded is one of our own dependencies', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const loaded = new Set(
      [...modules.values()].flatMap(({ imports }) =>
        imports.filter(({ target, runtime }) => runtime && isPackage(target)).map(({ target }) => packageOf(target)),
      ),
    );
    const known = new Set([...Object.keys(dependencies), ...comesWithAnother, ...builtinModules]);
    expect([...loaded].filter((name) => !known.has(name) && !name.startsWith('node:'))).toEqual([]);
  });
});

test('of graphql-upload-minimal only the scalar and its value are used; no request gets to its processing', () => {
  const name = 'graphql-upload-minimal';
  const users = [...modules.values()].filter(({ text }) => text.includes(`'${name}`));
  const taken = users.flatMap(({ file, text }) => {
    const list = new RegExp(`^import \\{ ([\\w, ]+) \\} from '${name}';$`, 'm').exec(text);
    // Any other form of import gives access to all of it.
    return list ? list[1]!.split(', ').map((what) => `${file}: ${what}`) : [`${file}: everything`];
  });
  expect(taken.sort()).toEqual(['schema/core/scalars.ts: GraphQLUpload', 'src/gateway/http/upload-map.ts: Upload']);
});

/** `@scope/name/part` → `@scope/name`; what Node brings stays what it is. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('SQL', () => {
  const query = /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(<[^`]*>)?`/;
  /** Conditions for repositories to put into their queries; they run none themselves. */
  const isFilter = (file: string) => file.endsWith('-filter.ts');
  const mayHold = (file: string) =>
    file.endsWith('.repository.ts') || within('src/database', 'src/events')(file) || isFilter(file);
  /** Asks whether the database answers, and for nothing in it. */
  const probe = 'src/gateway/monitoring/gateway-checks.ts';

  test('is in repositories, the database folder and the event log only', () => {
    const holders = [...modules.values()].filter(({ text }) => query.test(text)).map(({ file }) => file);
    expect(holders).toContain('src/batches/batches.repository.ts');
    expect(holders.filter((file) => !mayHold(file) && file !== probe)).toEqual([]);
  });

  test('of the job queue is in src/jobs only, and reads no private table of it', () => {
    const holders = [...modules.values()].filter(({ text }) => /\bgraphile_worker\./.test(text));
    expect(holders.map(({ file }) => file)).toEqual(['src/jobs/jobs.repository.ts']);
    expect(holders.filter(({ text }) => text.includes('graphile_worker._'))).toEqual([]);
  });

  test.each([
    ['image', 'src/images/life.repository.ts'],
    ['analysis', 'src/analyses/life.repository.ts'],
  ])('that changes the status of an %s is in its life only', (table, life) => {
    const update = new RegExp(`(update ${table}( a)? set|updateTable\\('${table}'\\)\\s*\\.set)[^;]*?\\bstatus( =|:)`);
    const holders = [...modules.values()].filter(({ text }) => update.test(text)).map(({ file }) => file);
    expect(holders).toEqual([life]);
  });

  test('that is a condition is run by a repository', () => {
    const filters = [...modules.values()].filter(({ file }) => isFilter(file) && within('src')(file));
    expect(filters.length).toBeGreaterThan(0);
    expect(filters.filter(({ text }) => /\.(execute|executeTakeFirst\w*|stream)\(/.test(text))).toEqual([]);
  });
});

test('no file is longer than CONTRIBUTING.md allows', () => {
  const long = [...modules.values()].filter(
    ({ file, text }) => text.split('\n').length > 251 && !/\.generated\./.test(file),
  );
  expect(long.map(({ file }) => file)).toEqual([]);
});
