import type { Client } from '../client.ts';
import type { Screen } from '../screen.ts';
import { type ImportCounts, type ImportedRow, importPart } from './import-part.ts';
import { readSource } from './read-source.ts';
import { partLimits, splitSource } from './split-source.ts';

export interface RowProblem {
  /** For people: `row 7`, or the name of the picture. */
  label: string;
  message: string;
}

export interface CatalogueImport extends ImportCounts {
  problems: RowProblem[];
  /** Of all rows that have one, each once. */
  items: { id: string; name: string }[];
}

export interface ImportOptions {
  /** Of a CSV file or a folder of pictures. */
  path: string;
  dryRun: boolean;
  /** Hears the id of each import on the server. */
  onStart?: (id: string) => void;
}

/**
 * Imports a CSV file or a folder of pictures, part by part, with a bar on the screen. What was imported before is found by its customId and
 * stays as it is, so one that was interrupted goes on when it is called again.
 * @throws Error with a sentence
 */
export async function importCatalogue(
  client: Client,
  screen: Screen,
  { path, dryRun, onStart = () => undefined }: ImportOptions,
): Promise<CatalogueImport> {
  const source = await readSource(path);
  const parts = await splitSource(source, partLimits);
  const total: CatalogueImport = { created: 0, updated: 0, unchanged: 0, failed: 0, problems: [], items: [] };
  screen.stage(dryRun ? 'Checking the catalogue' : 'Importing the catalogue', source.rows.length);
  for (const part of parts) {
    let done = 0;
    const advance = (now: number) => {
      for (; done < now; done += 1) screen.advance();
    };
    const rows = await importPart(client, part, { dryRun, onStart, onProgress: advance });
    rows.forEach((row, index) => {
      count(total, row, part.rows[index]!.label);
    });
  }
  return { ...total, items: [...new Map(total.items.map((item) => [item.id, item])).values()] };
}

const counterOf = { CREATED: 'created', UPDATED: 'updated', UNCHANGED: 'unchanged', FAILED: 'failed' } as const;

function count(total: CatalogueImport, { outcome, message, catalogItem }: ImportedRow, label: string): void {
  total[counterOf[outcome]] += 1;
  if (outcome === 'FAILED') total.problems.push({ label, message: message ?? '' });
  else if (catalogItem) total.items.push(catalogItem);
}

/** Problems that are shown; all are counted. */
const maxShown = 20;

/** What became of a catalogue, in lines for a person. */
export function describeImport({ created, updated, unchanged, problems }: CatalogueImport, dryRun: boolean): string[] {
  const done = `${created} created, ${updated} updated, ${unchanged} unchanged`;
  const lines = [dryRun ? `Nothing was changed. It would be: ${done}.` : `Catalogue: ${done}.`];
  if (problems.length === 0) return lines;
  lines.push(`${problems.length} ${problems.length === 1 ? 'row has a problem' : 'rows have problems'}:`);
  lines.push(...problems.slice(0, maxShown).map(({ label, message }) => `  ${label}: ${message}`));
  if (problems.length > maxShown) lines.push(`  … and ${problems.length - maxShown} more.`);
  lines.push('Correct them and run the same command again: all other rows stay as they are.');
  return lines;
}
