import type { Product } from '../pack.ts';
import { bags } from './bags.ts';
import { cereals } from './cereal.ts';
import { drinks } from './drinks.ts';
import { household } from './household.ts';
import { preserves } from './preserves.ts';
import { strangers } from './strangers.ts';
import { teas } from './tea.ts';

/** The twelve products of the catalogue, in the order of catalog.json. */
export const catalogue: Product[] = [...cereals, ...teas, ...drinks, ...preserves, ...bags, ...household];

const bySlug = new Map([...catalogue, ...strangers].map((product) => [product.slug, product]));

/** The product with this slug. Throws when none has it. */
export function getProduct(slug: string): Product {
  const product = bySlug.get(slug);
  if (product === undefined) {
    throw new Error(`No product is called "${slug}". Known are: ${[...bySlug.keys()].join(', ')}.`);
  }
  return product;
}

/** Whether the catalogue lists this product. */
export function isInCatalogue(slug: string): boolean {
  return catalogue.some((product) => product.slug === slug);
}
