import { CsvError, parse } from 'csv-parse/sync';

/** A file that is no CSV, with a sentence that says what to do. */
export class UnreadableCsvError extends Error {}

/** Characters. The fields of an item are far shorter together. */
const maxRecordLength = 100_000;

/**
 * Records of a CSV file in UTF-8, with or without a byte order mark, by comma, semicolon or tab. Blank lines are empty records, so that
 * their numbers are those of a spreadsheet.
 * @param maxRows beside the header
 * @throws UnreadableCsvError
 */
export function readCsv(bytes: Buffer, maxRows: number): string[][] {
  const text = decode(bytes);
  // Excel's own line about the delimiter, which no other program knows.
  const [directive, named] = /^sep=([,;\t])\r?\n/i.exec(text) ?? [''];
  const delimiter = named ?? delimiterOf(text);
  try {
    // One record more than allowed is enough to know.
    const options = {
      delimiter,
      relax_column_count: true,
      trim: true,
      max_record_size: maxRecordLength,
      to: maxRows + 2,
    };
    const records = parse(text.slice(directive.length), options);
    if (records.length > maxRows + 1)
      throw new UnreadableCsvError(`The file has more than ${maxRows} rows. Import it in several parts.`);
    return records.map((cells) => (cells.every((cell) => cell === '') ? [] : cells));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UnreadableCsvError(`The file is not valid CSV: ${error.message}. Correct the quotes there.`, {
      cause: error,
    });
  }
}

const asUtf8 = 'In a spreadsheet, save it as "CSV UTF-8".';

function decode(bytes: Buffer): string {
  if (bytes.length === 0) throw new UnreadableCsvError('The file is empty.');
  const begins = (...magic: number[]) => bytes.subarray(0, magic.length).equals(Buffer.from(magic));
  if (begins(0x50, 0x4b, 3, 4) || begins(0xd0, 0xcf, 0x11, 0xe0))
    throw new UnreadableCsvError(`The file is a spreadsheet, not CSV. ${asUtf8}`);
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) throw new UnreadableCsvError(`The file is UTF-16. ${asUtf8}`);
  if (bytes.includes(0)) throw new UnreadableCsvError(`The file is not text. ${asUtf8}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableCsvError(`Line ${firstBadLine(bytes)} of the file is not UTF-8. ${asUtf8}`);
  }
}

/** From 1. What breaks a character is never a line end of UTF-8. */
function firstBadLine(bytes: Buffer): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1 || Buffer.from(part.toString('utf8'), 'utf8').compare(part) !== 0) return line;
    start = end + 1;
  }
}

/** Of the delimiters the one that stands most often in the header, outside of quotes. */
function delimiterOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
