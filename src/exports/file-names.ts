import { createHash } from 'node:crypto';

/**
 * The file names of one document: each once, without regard to case, as tools find pictures by them and file systems may
 * not tell them apart. Of what is taken a hash is remembered and not the name, so a million take some 40 MB; two names of
 * one hash, which is improbable, only give one of them a suffix that it does not need.
 */
export class FileNames {
  readonly #taken = new Set<number>();

  /**
   * @param given as the client named the file, perhaps with a path.
   * @param options.otherwise when there is none.
   * @param options.id of the picture in the document: the suffix of a name that is taken.
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

/** 48 bits, which a number holds exactly. */
function hashOf(name: string): number {
  const key = name.normalize('NFC').toUpperCase().toLowerCase();
  return createHash('sha1').update(key).digest().readUIntBE(0, 6);
}
