import { readFile } from 'node:fs/promises';
import { overlap } from '../../src/recognition/box.ts';

const folder = new URL('../../examples/', import.meta.url);

export interface Product {
  slug: string;
  file: string;
  name: string;
  customId: string;
}

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Facing {
  /** A slug of the catalogue; null: of a product that is in none. */
  product: string | null;
  box: Rectangle;
  /** Its place on the shelves, as the realogram counts. */
  shelf: number;
  position: number;
  level: number;
}

/** A file of examples/, as a client would send it. */
export async function exampleFile(file: string): Promise<Blob> {
  return new Blob([await readFile(new URL(file, folder))]);
}

export async function exampleBase64(file: string): Promise<string> {
  return (await readFile(new URL(file, folder))).toString('base64');
}

/** Products of examples/catalog.json, in the order asked for. */
export async function exampleProducts(...slugs: string[]): Promise<Product[]> {
  const { products } = JSON.parse(await readFile(new URL('catalog.json', folder), 'utf8'));
  return slugs.map((slug) => products.find((product: Product) => product.slug === slug));
}

/** What examples/truth.json says of a shelf. */
export async function exampleShelf(file: string): Promise<{ width: number; height: number; facings: Facing[] }> {
  const { shelves } = JSON.parse(await readFile(new URL('truth.json', folder), 'utf8'));
  return shelves.find((shelf: { file: string }) => shelf.file === file);
}

/** The product that a shelf has at a box; undefined when nothing stands there. */
export function productAt(facings: readonly Facing[], box: Rectangle): string | null | undefined {
  return facings.find((facing) => overlap(facing.box, box) > 0.5)?.product;
}
