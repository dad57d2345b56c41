import { checkItemFields, type ItemFields } from '../item-fields.ts';
import { UnreadableCsvError } from './read-csv.ts';
import type { ImportRow } from './row.ts';

const textColumns = [
  'customId',
  'name',
  'barcode',
  'brand',
  'size',
  'containerType',
  'flavour',
  'packagingSize',
] as const;
const metreColumns = ['height', 'width', 'depth'] as const;
const columns = [...textColumns, ...metreColumns, 'tags', 'image', 'referenceImages'] as const;
type Column = (typeof columns)[number];

/** Before the key in the name of a column of one's own data. */
const customPrefix = 'customProps.';
/** Between the entries of one cell. */
export const separator = '|';

/** Names of columns, for people. */
export const columnHelp = `${columns.join(', ')}, and ${customPrefix}KEY for data of your own`;

/** @throws UnreadableCsvError for a header that cannot be used, or none */
export function readRows([header, ...records]: readonly string[][]): ImportRow[] {
  const names = readHeader(header ?? []);
  const rows = records.flatMap((cells, index) => (cells.length === 0 ? [] : [readRow(names, cells, index + 2)]));
  if (rows.length === 0) throw new UnreadableCsvError('The file has a header and no rows.');
  return markRepeated(rows);
}

type ColumnName = Column | `${typeof customPrefix}${string}`;

function readHeader(header: readonly string[]): ColumnName[] {
  const names = header.map(columnNamed);
  const unknown = header.filter((_, index) => names[index] === null);
  if (unknown.length > 0)
    throw new UnreadableCsvError(
      `The header has ${unknown.map((name) => `"${name.slice(0, 50)}"`).join(', ')}. The columns are ${columnHelp}. Rename or remove the others.`,
    );
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new UnreadableCsvError(`The header has "${repeated}" twice. Remove one of the columns.`);
  if (!names.includes('customId'))
    throw new UnreadableCsvError('The header has no "customId", by which an import recognises items. Add the column.');
  return names as ColumnName[];
}

/** The column that a cell of the header names: `Custom ID`, `custom_id` and `customId` are the same. null: none. */
export function columnNamed(given: string): ColumnName | null {
  const own = /^custom[\s_-]?props\.(.+)$/i.exec(given);
  if (own) return `${customPrefix}${own[1]!}`;
  const plain = (name: string) => name.replaceAll(/[\s_-]/g, '').toLowerCase();
  return columns.find((name) => plain(name) === plain(given)) ?? null;
}

function readRow(names: readonly ColumnName[], cells: readonly string[], row: number): ImportRow {
  const values = new Map(
    names.map((name, index) => [name, cells[index] ?? '']).filter(([, cell]) => cell !== '') as [ColumnName, string][],
  );
  const fields = readFields(values);
  const problems = cells.length > names.length ? [`It has ${cells.length} cells under ${names.length} columns.`] : [];
  if (!values.has('customId')) problems.push('customId is empty; an import recognises items by it.');
  for (const name of metreColumns)
    if (values.has(name) && readMetres(values.get(name)!) === null)
      problems.push(`${name} is "${values.get(name)!.slice(0, 50)}"; expected a number of metres.`);
  problems.push(...checkItemFields(fields).map(({ path, message }) => `${path.join('.')}: ${message}`));
  return {
    row,
    customId: fields.customId ?? null,
    fields,
    image: values.get('image') ?? null,
    referenceImages: listOf(values.get('referenceImages')) ?? [],
    problem: problems.length > 0 ? problems.join(' ') : null,
  };
}

function readFields(values: ReadonlyMap<ColumnName, string>): ItemFields {
  const texts = Object.fromEntries(textColumns.flatMap((name) => (values.has(name) ? [[name, values.get(name)]] : [])));
  const metres = Object.fromEntries(
    metreColumns.flatMap((name) => (values.has(name) ? [[name, readMetres(values.get(name)!)]] : [])),
  );
  const custom = [...values].flatMap(([name, value]) =>
    name.startsWith(customPrefix) ? [[name.slice(customPrefix.length), value] as const] : [],
  );
  return {
    ...texts,
    ...(Object.keys(metres).length > 0 && { dimensions: metres }),
    ...(values.has('tags') && { tags: listOf(values.get('tags')) }),
    ...(custom.length > 0 && { customProps: Object.fromEntries(custom) }),
  };
}

/** Many spreadsheets write a comma. null: it is no number. */
function readMetres(text: string): number | null {
  return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : null;
}

function listOf(cell: string | undefined): string[] | undefined {
  return cell
    ?.split(separator)
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function markRepeated(rows: readonly ImportRow[]): ImportRow[] {
  const firstOf = new Map<string, number>();
  return rows.map((row) => {
    if (row.customId === null) return row;
    const first = firstOf.get(row.customId);
    if (first === undefined) firstOf.set(row.customId, row.row);
    return first === undefined
      ? row
      : { ...row, problem: `customId "${row.customId}" is already that of row ${first}.` };
  });
}
