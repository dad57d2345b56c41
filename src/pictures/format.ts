/** The formats of derived pictures, which every browser shows. */
export const pictureFormats = ['jpeg', 'webp'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export const mimeTypes: Record<PictureFormat, string> = { jpeg: 'image/jpeg', webp: 'image/webp' };

/**
 * The format for a request with this Accept header: WebP for clients that take no JPEG, and JPEG for all others, since JPEG is what
 * is there at once. Rejected: WebP for every browser that takes it. It is 40 % smaller, but takes four times as long to make, so it
 * would have to be made on demand.
 */
export function chooseFormat(accept: string | undefined): PictureFormat {
  if (accept === undefined) return 'jpeg';
  const ranges = new Map(accept.toLowerCase().split(',').map(readRange));
  const takes = (type: string) => (ranges.get(type) ?? ranges.get('image/*') ?? ranges.get('*/*') ?? 0) > 0;
  return takes('image/webp') && !takes('image/jpeg') ? 'webp' : 'jpeg';
}

/** A media range and its weight, 0 to 1. */
function readRange(text: string): [string, number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return [range, weight === undefined ? 1 : Number(weight.slice(2))];
}
