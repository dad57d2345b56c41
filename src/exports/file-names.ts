import { createHash } from 'node:crypto';

/**
 * The file names of one document. Each is unique regardless of case, because tools find pictures by name and file systems may not
 * distinguish case. Only hashes of used names are kept, so a million take about 40 MB. If two names have the same hash, which is
 * improbable, one of them gets an unnecessary suffix.
 */
export class FileNames {
  readonly #taken = new Set<number>();

  /**
   * @param given the client's name of the file, perhaps with a path.
   * @param options.otherwise the name if there is none.
   * @param options.id of the picture in the document, used as the suffix of a name that is already used.
   */
  take(given: string | null, { otherwise, id }: { otherwise: string; id: number }): string {
    let name = withoutPath(given ?? '') || otherwise;
    while (this.#taken.has(hashOf(name))) name = withSuffix(name, id);
    this.#taken.add(hashOf(name));
    return name;
  }
}

function withoutPath(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

/** image.jpg → image-17.jpg */
function withSuffix(name: string, id: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)}-${id}${name.slice(dot)}` : `${name}-${id}`;
}

/** 48 bits, which a number represents exactly. */
function hashOf(name: string): number {
  const key = name.normalize('NFC').toUpperCase().toLowerCase();
  return createHash('sha1').update(key).digest().readUIntBE(0, 6);
}
