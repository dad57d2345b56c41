import { readCsv, UnreadableCsvError } from '../catalog/imports/read-csv.ts';
import { decodeId } from '../ids.ts';
import { type Orientation, orientations } from '../recognition/compliance/plan.ts';
import { ValidationError, type ValidationIssue } from '../user-error.ts';
import type { GivenShelf } from './fixture-rules.ts';
import type { ItemName } from './resolve-fixture.ts';

export const maxPlanFileBytes = 500_000;
const maxRows = 5_000;

const columns = [
  'shelf',
  'position',
  'customId',
  'catalogItemId',
  'facings',
  'stack',
  'orientation',
  'width',
  'shelfHeight',
  'shelfWidth',
] as const;
type Column = (typeof columns)[number];

/** Names of columns, for people. */
export const planColumnHelp = columns.join(', ');

/** The shelves of a CSV file, and the row of the file that each position comes from. */
export interface CsvPlan {
  shelves: GivenShelf<ItemName>[];
  rows: number[][];
}

/** A row as its cells say. */
interface PlanRow {
  row: number;
  shelf: number;
  position: number | null;
  item: ItemName;
  facings: number;
  stack: number;
  orientation: Orientation;
  width: number | null;
  shelfHeight: number | null;
  shelfWidth: number | null;
}

/**
 * A row for each position. Shelves are counted from the top, from 1; positions are in the order of the column `position`, or else in
 * that of the file.
 * @param path of the file in the input
 * @throws ValidationError for everything that is wrong with it
 */
export function readPlanCsv(bytes: Buffer, path: readonly string[]): CsvPlan {
  const [header = [], ...records] = readRecords(bytes, path);
  const names = readHeader(header, path);
  const issues: ValidationIssue[] = [];
  const rows = records.flatMap((cells, index): PlanRow[] => {
    if (cells.length === 0) return [];
    const row = index + 2;
    const problems: string[] = [];
    const read = readRow(names, cells, { row, problems });
    issues.push(...problems.map((message) => ({ path: [...path, String(row)], message })));
    return [read];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  if (rows.length === 0)
    throw new ValidationError([{ path: [...path], message: 'The file has a header and no rows.' }]);
  return toShelves(rows, path);
}

function readRecords(bytes: Buffer, path: readonly string[]): string[][] {
  try {
    return readCsv(bytes, maxRows);
  } catch (error) {
    if (!(error instanceof UnreadableCsvError)) throw error;
    throw new ValidationError([{ path: [...path], message: error.message }]);
  }
}

function readHeader(header: readonly string[], path: readonly string[]): Column[] {
  const plain = (name: string) => name.replaceAll(/[\s_-]/g, '').toLowerCase();
  const names = header.map((given) => columns.find((name) => plain(name) === plain(given)));
  const message = headerFault(header, names);
  if (message !== null) throw new ValidationError([{ path: [...path], message }]);
  return names as Column[];
}

function headerFault(header: readonly string[], names: readonly (Column | undefined)[]): string | null {
  const unknown = header.filter((_, index) => names[index] === undefined);
  if (unknown.length > 0)
    return `The header has ${unknown.map((name) => `"${name.slice(0, 50)}"`).join(', ')}. The columns are ${planColumnHelp}. Rename or remove the others.`;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) return `The header has "${repeated}" twice. Remove one of the columns.`;
  if (!names.includes('shelf')) return 'The header has no "shelf". Add the column: 1 for the top shelf.';
  if (names.includes('customId') || names.includes('catalogItemId')) return null;
  return 'The header names no items. Add the column "customId" or "catalogItemId".';
}

function readRow(
  names: readonly Column[],
  cells: readonly string[],
  { row, problems }: { row: number; problems: string[] },
): PlanRow {
  const cell = (name: Column) => cells[names.indexOf(name)] ?? '';
  const number = (name: Column, pattern: RegExp, expected: string): number | null => {
    const text = cell(name);
    if (text === '') return null;
    if (pattern.test(text)) return Number(text.replace(',', '.'));
    problems.push(`${name} is "${text.slice(0, 50)}"; expected ${expected}.`);
    return null;
  };
  const whole = (name: Column) => number(name, /^[1-9]\d{0,5}$/, 'a whole number from 1');
  const metres = (name: Column) => number(name, /^\d+([.,]\d+)?$/, 'a number of metres');
  if (cells.length > names.length) problems.push(`It has ${cells.length} cells under ${names.length} columns.`);
  if (cell('shelf') === '') problems.push('shelf is empty; expected 1 for the top shelf, 2 for the next, and so on.');
  return {
    row,
    shelf: whole('shelf') ?? 1,
    position: whole('position'),
    item: readItem(cell('catalogItemId'), cell('customId'), problems),
    facings: whole('facings') ?? 1,
    stack: whole('stack') ?? 1,
    orientation: readOrientation(cell('orientation'), problems),
    width: metres('width'),
    shelfHeight: metres('shelfHeight'),
    shelfWidth: metres('shelfWidth'),
  };
}

function readItem(catalogItemId: string, customId: string, problems: string[]): ItemName {
  if (catalogItemId !== '' && customId !== '')
    problems.push('It has both customId and catalogItemId. Give one of them.');
  if (catalogItemId === '' && customId === '') problems.push('It names no item. Give its customId or catalogItemId.');
  if (catalogItemId === '') return { customId };
  return { id: { text: catalogItemId, uuid: decodeId('catalogItem', catalogItemId) } };
}

function readOrientation(text: string, problems: string[]): Orientation {
  if (text === '') return 'FRONT';
  const found = orientations.find((name) => name === text.toUpperCase().replaceAll(/[\s-]/g, '_'));
  if (!found) problems.push(`orientation is "${text.slice(0, 50)}"; expected one of ${orientations.join(', ')}.`);
  return found ?? 'FRONT';
}

/** A number that no row has is a shelf without products. */
function toShelves(rows: readonly PlanRow[], path: readonly string[]): CsvPlan {
  const count = Math.max(...rows.map(({ shelf }) => shelf));
  if (count > maxRows)
    throw new ValidationError([
      { path: [...path], message: `The highest shelf is ${count}. Count from 1 at the top.` },
    ]);
  const sorted = [...rows].sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const byShelf = Array.from({ length: count }, (_, index) => sorted.filter(({ shelf }) => shelf === index + 1));
  return {
    shelves: byShelf.map((onShelf) => ({
      height: onShelf.find(({ shelfHeight }) => shelfHeight !== null)?.shelfHeight ?? null,
      width: onShelf.find(({ shelfWidth }) => shelfWidth !== null)?.shelfWidth ?? null,
      positions: onShelf.map(({ item, facings, stack, orientation, width }) => ({
        ...{ item, facings, stack, orientation, width },
      })),
    })),
    rows: byShelf.map((onShelf) => onShelf.map(({ row }) => row)),
  };
}
