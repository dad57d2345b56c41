import { type HeifMeta, partsOf, propertiesOfItem } from './meta.ts';

/** The colour space of a picture: an ICC profile, or numbers of ITU-T H.273. */
export type Colour = { icc: Buffer } | { primaries: number; transfer: number };

/**
 * That of an item, otherwise of the first item that it is composed of. A profile takes precedence over the numbers, as the standard
 * says.
 */
export function findColour(meta: HeifMeta, item: number): Colour | null {
  const own = colourOf(meta, item);
  const [part] = partsOf(meta, item);
  return own ?? (part === undefined ? null : colourOf(meta, part));
}

function colourOf(meta: HeifMeta, item: number): Colour | null {
  const boxes = propertiesOfItem(meta, item).filter(({ type }) => type === 'colr');
  const kindOf = (body: Buffer) => body.toString('latin1', 0, 4);
  const profile = boxes.find(({ body }) => kindOf(body) === 'prof' || kindOf(body) === 'rICC');
  if (profile) return { icc: Buffer.from(profile.body.subarray(4)) };
  const numbers = boxes.find(({ body }) => kindOf(body) === 'nclx' && body.length >= 8);
  return numbers ? { primaries: numbers.body.readUInt16BE(4), transfer: numbers.body.readUInt16BE(6) } : null;
}
