import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { separator } from '../../catalog/imports/read-rows.ts';
import type { Client, Files } from '../client.ts';
import { expectType, type UnionResult } from '../expect-type.ts';
import type { CatalogueSource } from './read-source.ts';
import { sendAgain } from './send-again.ts';

/** What the server counts of an import. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

export interface ImportedRow {
  row: number;
  outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'FAILED';
  message: string | null;
  catalogItem: { id: string; name: string } | null;
}

const counts = 'created updated unchanged failed';

const importCatalog = /* GraphQL */ `
  mutation ImportCatalog($input: ImportCatalogInput!) {
    importCatalog(input: $input) { __typename ... on CatalogImport { id } ... on UserError { message } }
  }
`;

const importEvents = /* GraphQL */ `
  subscription ImportEvents($id: ID!) {
    catalogImportEvents(id: $id) {
      __typename
      ... on CatalogImportProgressed { status catalogImport { ${counts} failure { message } } }
    }
  }
`;

const importRows = /* GraphQL */ `
  query ImportRows($id: ID!, $after: String) {
    node(id: $id) { ... on CatalogImport {
      rows(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { row outcome message catalogItem { id name } }
      }
    } }
  }
`;

interface ImportEvent extends UnionResult {
  status: string;
  catalogImport: ImportCounts & { failure: { message: string } | null };
}

export interface PartOptions {
  dryRun: boolean;
  /** Hears the id of the import on the server. */
  onStart(id: string): void;
  /** Hears how many rows of the part are done. */
  onProgress(done: number): void;
}

/**
 * Imports a part and waits for its end.
 * @returns its rows, in their order
 */
export async function importPart(
  client: Client,
  part: CatalogueSource,
  { dryRun, onStart, onProgress }: PartOptions,
): Promise<ImportedRow[]> {
  const { table, pictures } = await toFiles(part);
  const files: Files = { 'input.file': new File([table], 'catalogue.csv') };
  pictures.forEach((picture, index) => {
    files[`input.images.${index}`] = picture;
  });
  const input = { file: null, images: pictures.map(() => null), dryRun, idempotencyKey: randomUUID() };
  const sent = await sendAgain(() =>
    client.upload<{ importCatalog: UnionResult & { id: string } }>(importCatalog, { input }, files),
  );
  const { id } = expectType(sent.importCatalog, 'CatalogImport', 'The catalogue was not imported');
  onStart(id);
  for await (const { catalogImportEvents: event } of client.subscribe<{ catalogImportEvents: ImportEvent }>(
    importEvents,
    { id },
  )) {
    const { catalogImport, status } = expectType(
      event,
      'CatalogImportProgressed',
      'The stream of the import broke off',
    );
    onProgress(catalogImport.created + catalogImport.updated + catalogImport.unchanged + catalogImport.failed);
    if (status === 'FAILED')
      throw new Error(`The import broke off: ${catalogImport.failure?.message ?? 'no reason given'}`);
    if (status === 'CANCELED')
      throw new Error('The import was cancelled on the server. Rows that were done before stay as they are.');
  }
  return readRows(client, id);
}

async function readRows(client: Client, id: string): Promise<ImportedRow[]> {
  interface Page {
    rows: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: ImportedRow[] };
  }
  const found: ImportedRow[] = [];
  for (let after: string | null = null; ; ) {
    const { node }: { node: Page } = await client.request(importRows, { id, after });
    found.push(...node.rows.nodes);
    if (!node.rows.pageInfo.hasNextPage) return found;
    after = node.rows.pageInfo.endCursor;
  }
}

const cancelMutation = /* GraphQL */ `
  mutation CancelImport($id: ID!) { cancelCatalogImport(id: $id) { __typename } }
`;

/** Nothing happens to an import that has ended. */
export async function cancelImport(client: Client, id: string): Promise<void> {
  await client.request(cancelMutation, { id });
}

/** The part as a table of its own. Its pictures get names that are unique in it: those of two folders may be the same. */
async function toFiles({ header, rows }: CatalogueSource): Promise<{ table: string; pictures: File[] }> {
  const paths = [...new Set(rows.flatMap(({ files }) => [...files.values()]))];
  const nameOf = new Map(paths.map((path, index) => [path, `${index + 1}-${basename(path)}`]));
  const lines = rows.map(({ cells, files }) =>
    cells.map((cell) => {
      const sent = (name: string) => nameOf.get(files.get(name) ?? '') ?? name;
      if (files.has(cell)) return sent(cell);
      const entries = cell.split(separator).map((entry) => entry.trim());
      return entries.some((entry) => files.has(entry)) ? entries.map(sent).join(separator) : cell;
    }),
  );
  const pictures = await Promise.all(paths.map(async (path) => new File([await openAsBlob(path)], nameOf.get(path)!)));
  return { table: [header, ...lines].map(csvLine).join(''), pictures };
}

/** Quoted without exception. No apostrophe is added before formulas: nobody opens this table. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
}
