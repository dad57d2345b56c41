import sharp from 'sharp';

export interface PictureOptions {
  format?: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';
  width?: number;
  height?: number;
  /** Of its plain surface; another colour makes other bytes. */
  colour?: string;
  /** EXIF, 1 to 8. */
  orientation?: number;
  /** EXIF DateTimeOriginal, `2024:05:06 07:08:09`, and OffsetTimeOriginal. */
  taken?: string;
  offset?: string;
  /** Noise in place of the plain surface, for files of some size. */
  noise?: boolean;
  /** Of a JPEG. */
  progressive?: boolean;
}

/** The bytes of a small real picture. */
export async function picture(options: PictureOptions = {}): Promise<Buffer<ArrayBuffer>> {
  const { format = 'jpeg', width = 60, height = 40, orientation, taken, offset } = options;
  const exif = {
    IFD0: { Software: 'test' },
    IFD2: { ...(taken && { DateTimeOriginal: taken }), ...(offset && { OffsetTimeOriginal: offset }) },
  };
  const image = surface(width, height, options);
  const described = orientation || taken ? image.withMetadata({ exif, ...(orientation && { orientation }) }) : image;
  const encoded = options.progressive ? described.jpeg({ progressive: true }) : described.toFormat(format);
  return Buffer.from(await encoded.toBuffer());
}

function surface(width: number, height: number, { colour = '#3366cc', noise = false }: PictureOptions) {
  if (!noise) return sharp({ create: { width, height, channels: 3, background: colour } });
  const pixels = Buffer.alloc(width * height * 3);
  let state = 7;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = state >>> 24;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** The same as base64, for inputs. */
export async function pictureBase64(options: PictureOptions = {}): Promise<string> {
  return (await picture(options)).toString('base64');
}
