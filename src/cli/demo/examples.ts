import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const examplesDir = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** An entry of examples/catalog.json; `file` is relative to examples/. */
export interface ExampleProduct {
  file: string;
  name: string;
  brand: string;
  customId: string;
  tags: string[];
  size: string;
  widthMm: number;
  heightMm: number;
  depthMm: number;
}

export async function exampleProducts(): Promise<ExampleProduct[]> {
  return JSON.parse(await readFile(join(examplesDir, 'catalog.json'), 'utf8')).products;
}
