import { readFileSync } from 'node:fs';
import { startChild } from './child.ts';
import type { ToPostGraphile } from './postgraphile-process.ts';

/** What sightline's lists are compared with: PostGraphile over the same tables. */
export interface PostGraphile {
  pid: number;
  url: string;
  version: string;
  /** The same fields of the same 50 analyses, under the names that it gives them. */
  analysesQuery: string;
}

/**
 * @param folder where it was installed: `npm install --prefix FOLDER postgraphile@5.1.5`. It is no dependency of this project, which it
 * would make twice as large.
 */
export async function startPostGraphile(
  started: AsyncDisposableStack,
  folder: string,
  databaseUrl: string,
): Promise<PostGraphile> {
  const env = { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production' };
  const child = startChild<ToPostGraphile, { url: string }>(started, './postgraphile-process.ts', { env });
  child.send({ folder, databaseUrl });
  const { url } = await child.next();
  const manifest = readFileSync(`${folder}/node_modules/postgraphile/package.json`, 'utf8');
  return { pid: child.pid, url, version: JSON.parse(manifest).version, analysesQuery: await writeAnalysesQuery(url) };
}

interface FieldType {
  name: string;
  type: { name: string | null; ofType: { name: string | null } | null };
}

/** Its names of tables and relations depend on its version and preset, so they are looked up. */
async function writeAnalysesQuery(url: string): Promise<string> {
  const fields = 'fields { name type { name ofType { name } } }';
  const { query, analysis, task } = (await post(
    url,
    `{ query: __type(name: "Query") { ${fields} } analysis: __type(name: "Analysis") { ${fields} } task: __type(name: "Task") { ${fields} } }`,
  )) as Record<'query' | 'analysis' | 'task', { fields: FieldType[] }>;
  const list = fieldOfType(query.fields, /^Analys[ei]s(es)?Connection$/);
  const ofTask = fieldOfType(analysis.fields, /^Task$/);
  const ofBatch = fieldOfType(analysis.fields, /^Batch$/);
  // `id` may be its own global id.
  const id = task.fields.some(({ name }) => name === 'rowId') ? 'rowId' : 'id';
  return `{ ${list}(first: 50, orderBy: PRIMARY_KEY_DESC) {
    nodes {
      ${id} status externalId confidence detectionCount createdAt finishedAt
      ${ofTask} { ${id} name } ${ofBatch} { ${id} total completed }
    }
    pageInfo { hasNextPage endCursor } } }`;
}

function fieldOfType(fields: readonly FieldType[], typeName: RegExp): string {
  const found = fields.find(({ type }) => typeName.test(type.name ?? type.ofType?.name ?? ''));
  if (!found) throw new Error(`PostGraphile has no field of a type like ${typeName}.`);
  return found.name;
}

async function post(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  if (data == null) throw new Error(`PostGraphile answered ${JSON.stringify(errors)}.`);
  return data;
}
