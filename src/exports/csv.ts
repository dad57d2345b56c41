export type CsvCell = string | number | boolean | null | undefined;

/** Marks a file as UTF-8 for spreadsheets: without it, Excel assumes the system's code page. */
export const byteOrderMark = '\ufeff';

/** Characters that spreadsheets skip before a formula: spaces of every width, line breaks, invisible characters. */
const unseen = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/u;
const needsQuotes = /[",\r\n]/;

/**
 * One record according to RFC 4180, with the line break. Text that a spreadsheet would run as a formula gets an apostrophe in
 * front, because file names and external ids come from the sender of the picture. Numbers, also negative ones, stay numbers.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${csvCells(cells)}\r\n`;
}

/** A part of a record. */
export function csvCells(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = beginsFormula(cell) ? `'${cell}` : cell;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Also the full-width forms of Japanese and Chinese keyboards, which spreadsheets in these languages treat like the normal ones. */
function beginsFormula(text: string): boolean {
  if (text.startsWith('\t') || text.startsWith('\r')) return true;
  const [first = ''] = text.replace(unseen, '');
  return /^[=+\-@]/.test(first.normalize('NFKC'));
}

/** The columns of a record, and what each contains. */
export type Columns<Source> = [name: string, value: (source: Source) => CsvCell][];

/** The part of a record that these columns are. */
export function cellsOf<Source>(columns: Columns<Source>, source: Source): string {
  return csvCells(columns.map(([, value]) => value(source)));
}

/** Objects and lists as JSON. */
export function toCell(value: CsvCell | object): CsvCell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
