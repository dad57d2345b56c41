import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { readCsv } from '../../catalog/imports/read-csv.ts';
import { columnNamed, separator } from '../../catalog/imports/read-rows.ts';

/** What is imported: a table, and the pictures that its rows name. */
export interface CatalogueSource {
  header: string[];
  rows: SourceRow[];
}

export interface SourceRow {
  /** For people: `row 7`, or the name of the picture. */
  label: string;
  cells: string[];
  /** Paths of the files that cells name, by the text of the cell or of its entry. */
  files: Map<string, string>;
}

const pictureExtensions = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.heic', '.heif'];

/**
 * A CSV file with pictures beside it, or a folder of pictures, each of which is an item.
 * @throws Error with a sentence for a path that is neither
 */
export async function readSource(path: string): Promise<CatalogueSource> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read (${error.code}).`);
  });
  return found.isDirectory() ? readFolder(path) : readTable(path);
}

/** The name of a picture is that of its product, and what an import recognises the item by. */
async function readFolder(folder: string): Promise<CatalogueSource> {
  const names = (await readdir(folder))
    .filter((name) => pictureExtensions.includes(extname(name).toLowerCase()))
    .sort();
  if (names.length === 0)
    throw new Error(
      `${folder} has no pictures (${pictureExtensions.join(', ')}). Name a folder of pictures, or a CSV file.`,
    );
  const rows = names.map((name) => {
    const stem = basename(name, extname(name));
    return {
      label: name,
      cells: [stem, stem.replaceAll(/[_-]+/g, ' '), name],
      files: new Map([[name, join(folder, name)]]),
    };
  });
  return { header: ['customId', 'name', 'image'], rows };
}

async function readTable(path: string): Promise<CatalogueSource> {
  const [header = [], ...records] = readCsv(await readFile(path), Number.MAX_SAFE_INTEGER);
  const columns = header.map(columnNamed);
  const folder = dirname(path);
  const rows: SourceRow[] = [];
  for (const [index, cells] of records.entries()) {
    if (cells.length === 0) continue;
    const named = cells.flatMap((cell, column) => {
      if (columns[column] === 'image') return [cell];
      return columns[column] === 'referenceImages' ? cell.split(separator).map((entry) => entry.trim()) : [];
    });
    rows.push({ label: `row ${index + 2}`, cells, files: await existing(folder, named) });
  }
  return { header, rows };
}

/** Cells may also hold ids and links; a file that is missing is told by the server, as the problem of its row. */
async function existing(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of names) {
    if (name === '') continue;
    const path = resolve(folder, name.replaceAll('\\', '/'));
    if (
      await stat(path).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      files.set(name, path);
  }
  return files;
}
