/** Records of a text as RFC 4180 has it. Strict: whatever the grammar does not allow throws. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let record: string[] = [];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (!found) throw new Error(`Not CSV at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
    record.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
    if (found[3] === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

/** The same by the names of the header. */
export function parseCsvObjects(text: string): Record<string, string>[] {
  const [header, ...records] = parseCsv(text);
  return records.map((record) => {
    if (record.length !== header!.length) throw new Error(`${record.length} fields under ${header!.length} names.`);
    return Object.fromEntries(header!.map((name, index) => [name, record[index]!]));
  });
}
