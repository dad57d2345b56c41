import { decodeId } from '../../ids.ts';
import type { Received } from '../../images/receiving/received.ts';
import type { ImageSource } from '../../intake/image-source.ts';
import { receiveImages } from '../../intake/intake.ts';
import type { CatalogResources } from '../create-item.ts';
import type { ImportRow } from './row.ts';

/** The pictures that came with the file. Names are compared without folders, and as Unicode writes them. */
export function byName(received: readonly Received[]): Map<string, Received> {
  const named = received.flatMap((one) =>
    (one.kind === 'staged' || one.kind === 'rejected') && one.filename !== null
      ? [[plainName(one.filename), one] as const]
      : [],
  );
  return new Map(named);
}

/** macOS takes names apart into letters and accents, and tables name files with their folders. */
function plainName(name: string): string {
  return name.split(/[\\/]/).at(-1)!.normalize('NFC');
}

/** By the text of the cell; a text is why there is none. */
export type Pictures = Map<string, Received | string>;

export async function findPictures(
  app: CatalogResources,
  organizationId: string,
  rows: readonly ImportRow[],
  sent: ReadonlyMap<string, Received>,
): Promise<Pictures> {
  const cells = [
    ...new Set(rows.flatMap(({ image, referenceImages }) => [...(image ? [image] : []), ...referenceImages])),
  ];
  const elsewhere = cells.flatMap((cell) => {
    const source = sourceOf(cell);
    return source ? [{ cell, source }] : [];
  });
  const found = await receiveImages(
    app,
    organizationId,
    elsewhere.map(({ source }) => source),
  );
  const pictures: Pictures = new Map(cells.map((cell) => [cell, sent.get(plainName(cell)) ?? noSuchFile(cell)]));
  elsewhere.forEach(({ cell }, index) => {
    pictures.set(cell, found[index]!);
  });
  return pictures;
}

/** What is an id or a link, and no name of a file. */
function sourceOf(cell: string): ImageSource | null {
  const [image, upload] = [decodeId('image', cell), decodeId('upload', cell)];
  if (image !== null) return { imageId: { text: cell, uuid: image } };
  if (upload !== null) return { uploadId: { text: cell, uuid: upload } };
  return /^https?:\/\//i.test(cell) ? { url: URL.parse(cell)?.href ?? cell } : null;
}

function noSuchFile(cell: string): string {
  return `No file named "${cell.slice(0, 255)}" was sent with the import.`;
}
