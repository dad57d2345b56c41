export type CsvCell = string | number | boolean | null | undefined;

/** Begins a file that spreadsheets are to read as UTF-8: Excel takes one without it for text of the system's code page. */
export const byteOrderMark = '\ufeff';

/** What spreadsheets pass over before they look for a formula: spaces of every width, line ends, what is not seen. */
const unseen = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/u;
const needsQuotes = /[",\r\n]/;

/**
 * One record as RFC 4180 has it, with the line's end. Text that a spreadsheet would run as a formula gets an apostrophe
 * before it: file names and external ids come from whoever sent the picture. Numbers stay numbers, negative ones as well.
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

/** Also in the full width of Japanese and Chinese keyboards, which spreadsheets of these languages take for the narrow one. */
function beginsFormula(text: string): boolean {
  if (text.startsWith('\t') || text.startsWith('\r')) return true;
  const [first = ''] = text.replace(unseen, '');
  return /^[=+\-@]/.test(first.normalize('NFKC'));
}
