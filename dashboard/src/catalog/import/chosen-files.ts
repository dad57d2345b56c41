import { mediaTypeOf } from '../../pictures/media-type.ts';

/** A table and the pictures that its rows name. */
export interface ChosenFiles {
  table: File | null;
  /** By their names: a row names a file without its folder, so that of two with one name the last counts. */
  pictures: ReadonlyMap<string, File>;
}

export const nothingChosen: ChosenFiles = { table: null, pictures: new Map() };
/** For `<input accept>`, beside those of pictures. */
export const tableEndings = '.csv,.tsv,.txt';

/** Adds files to those that were chosen before. What is neither a table nor a picture is left out: folders have such files. */
export function addFiles({ table, pictures }: ChosenFiles, files: readonly File[]): ChosenFiles {
  return {
    table: files.findLast(isTable) ?? table,
    pictures: new Map([
      ...pictures,
      ...files.filter((file) => mediaTypeOf(file) !== null).map((file) => [file.name, file] as const),
    ]),
  };
}

function isTable({ name }: File): boolean {
  return tableEndings.split(',').some((ending) => name.toLowerCase().endsWith(ending));
}

/**
 * The pictures to send: a folder may hold many that no row names. What the table says is for the server to read; here a name only has to
 * occur in it.
 */
export async function namedPictures(table: File, pictures: ReadonlyMap<string, File>): Promise<File[]> {
  const text = (await table.text()).normalize('NFC');
  // CSV doubles quotation marks.
  return [...pictures.values()].filter(({ name }) => text.includes(name.normalize('NFC').replaceAll('"', '""')));
}
