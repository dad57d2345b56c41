import { bounds, tooMany } from '../bounds.ts';
import { brokenHeader, UnreadablePictureError } from '../unreadable-picture.ts';
import { findAlpha, type HeifMeta, partsOf, storedSizeOf } from './meta.ts';

/** The work of decoding one item, with everything that it is composed of. */
interface Cost {
  /** Pixels of all coded pictures and of all pictures that are composed of them. */
  pixels: number;
  /** Number of coded pictures, counted as often as they are decoded. */
  pictures: number;
  /** Levels of composition above the lowest coded picture. */
  depth: number;
  /** Type of the first coded picture. */
  codec: string;
}

const composed: ReadonlySet<string> = new Set(['grid', 'iovl', 'iden']);
/**
 * Adds up the work of decoding an item and rejects it beyond the bounds: a few bytes can describe an overlay of overlays that no
 * machine can decode.
 * @returns the codec of its first coded picture in four letters: `hvc1`, `av01` …
 * @throws UnreadablePictureError
 */
export function checkComposition(meta: HeifMeta, item: number, maxPixels: number): string {
  const { pixels, pictures, codec } = new Costs(meta).of(item, 0);
  if (pictures > bounds.heifPictures)
    throw tooMany(`more than ${bounds.heifPictures} pictures that it is composed of`, advice);
  const limit = maxPixels * bounds.heifPixelsFactor;
  if (pixels > limit) {
    const message = `The picture is composed of others with ${pixels} pixels in total; at most ${limit} are decoded. ${advice}`;
    throw new UnreadablePictureError('IMAGE_TOO_LARGE', message, limit);
  }
  return codec;
}

const advice = 'Save it as one picture, for example as JPEG.';

class Costs {
  readonly #meta: HeifMeta;
  readonly #known = new Map<number, Cost>();
  readonly #alphaOf: ReadonlyMap<number, number>;

  constructor(meta: HeifMeta) {
    this.#meta = meta;
    this.#alphaOf = findAlpha(meta);
  }

  /** Each item is computed once, however often it is referred to. */
  of(item: number, above: number): Cost {
    if (above > bounds.heifDepth)
      throw tooMany(`pictures composed of pictures, more than ${bounds.heifDepth} levels deep`, advice);
    const known = this.#known.get(item);
    if (known) {
      if (above + known.depth > bounds.heifDepth) return this.of(item, bounds.heifDepth + 1);
      return known;
    }
    const cost = this.#withAlpha(item, above, this.#alone(item, above));
    this.#known.set(item, cost);
    return cost;
  }

  #alone(item: number, above: number): Cost {
    const type = this.#meta.types.get(item);
    const size = storedSizeOf(this.#meta, item);
    if (type === undefined || size === null) throw brokenHeader('HEIF');
    const own = size.width * size.height;
    if (!composed.has(type)) return { pixels: own, pictures: 1, depth: 0, codec: type };
    const total: Cost = { pixels: own, pictures: 0, depth: 0, codec: '' };
    for (const part of partsOf(this.#meta, item)) {
      const cost = this.of(part, above + 1);
      total.pixels += cost.pixels;
      total.pictures += cost.pictures;
      total.depth = Math.max(total.depth, cost.depth + 1);
      total.codec ||= cost.codec;
    }
    if (total.codec === '') throw brokenHeader('HEIF');
    return total;
  }

  #withAlpha(item: number, above: number, cost: Cost): Cost {
    const alpha = this.#alphaOf.get(item);
    if (alpha === undefined || alpha === item) return cost;
    const more = this.of(alpha, above + 1);
    return { ...cost, pixels: cost.pixels + more.pixels, pictures: cost.pictures + more.pictures };
  }
}
