import { z } from 'zod';
import { orientations } from '../recognition/compliance/plan.ts';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';

/** A position as a client gives it. */
export interface GivenPosition<Item> {
  item: Item;
  facings: number;
  stack: number;
  orientation: (typeof orientations)[number];
  /** Of one facing, in metres; null: that of the item, if its owner has given it. */
  width: number | null;
}

/** A shelf as a client gives it. */
export interface GivenShelf<Item> {
  height: number | null;
  width: number | null;
  positions: GivenPosition<Item>[];
}

export const maxShelves = 50;
/** Comparing a shelf of this many with a picture of a thousand products takes some milliseconds, and at worst, all of one item, 0.1 s. */
export const maxProductsPerShelf = 500;
export const maxProducts = 5_000;
export const maxStack = 20;

const metres = (name: string) =>
  z.number().refine((value) => value > 0 && value <= 100, {
    error: ({ input }) => `${name} is ${input}; expected a number of metres greater than 0 and at most 100.`,
  });

const count = (name: string, most: number) =>
  z.number().refine((value) => Number.isInteger(value) && value >= 1 && value <= most, {
    error: ({ input }) => `${name} is ${input}; expected 1 to ${most}.`,
  });

const rule = z.array(
  z.object({
    height: metres('height').nullable(),
    width: metres('width').nullable(),
    positions: z.array(
      z.object({
        facings: count('facings', maxProductsPerShelf),
        stack: count('stack', maxStack),
        orientation: z.enum(orientations),
        width: metres('width').nullable(),
      }),
    ),
  }),
);

/** What is wrong with the shelves of a plan. @param path of the list of shelves in the input */
export function checkShelves(shelves: readonly GivenShelf<unknown>[], path: readonly string[]): ValidationIssue[] {
  const issues = findIssues(rule, shelves, path);
  if (issues.length > 0) return issues;
  const counts = shelves.map(({ positions }) =>
    positions.reduce((sum, { facings, stack }) => sum + facings * stack, 0),
  );
  const total = counts.reduce((sum, products) => sum + products, 0);
  if (total === 0)
    return [{ path: [...path], message: 'The plan has no product. Give at least one shelf a position.' }];
  const tooMany = (products: number, most: number, where: readonly string[]) =>
    products <= most ? [] : [{ path: [...where], message: `It has ${products} products; expected at most ${most}.` }];
  if (shelves.length > maxShelves)
    issues.push({
      path: [...path],
      message: `The plan has ${shelves.length} shelves; expected at most ${maxShelves}.`,
    });
  return [
    ...issues,
    ...tooMany(total, maxProducts, path),
    ...counts.flatMap((products, shelf) => tooMany(products, maxProductsPerShelf, [...path, String(shelf)])),
  ];
}
