import ExifReader from 'exifreader';

export interface Exif {
  /** 1 to 8; 1: as it is. */
  orientation: number;
  /** When it was taken, in UTC where the camera wrote no offset; null when it does not say. */
  recordedAt: Date | null;
}

const none: Exif = { orientation: 1, recordedAt: null };
const wanted = [
  'Orientation',
  'DateTimeOriginal',
  'OffsetTimeOriginal',
  'SubSecTimeOriginal',
  'DateTime',
  'OffsetTime',
];

/** What the EXIF block says, as far as it lies within these bytes. */
export function readExif(bytes: Buffer): Exif {
  let tags: ExifReader.ExpandedTags;
  try {
    tags = ExifReader.load(bytes, { expanded: true, includeTags: { exif: wanted as never } });
  } catch {
    // No EXIF, or a broken one. Neither makes a picture unusable: decoders ignore it as well.
    return none;
  }
  const exif = tags.exif;
  const orientation = Number(exif?.Orientation?.value ?? 1);
  const taken = exif?.DateTimeOriginal
    ? moment(text(exif.DateTimeOriginal), text(exif.OffsetTimeOriginal), text(exif.SubSecTimeOriginal))
    : moment(text(exif?.DateTime), text(exif?.OffsetTime), '');
  return { orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, recordedAt: taken };
}

function text(tag: { value?: unknown } | undefined): string {
  const value = tag?.value;
  return String(Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim();
}

/** `2024:05:06 07:08:09`, `+02:00`, `35` → a moment; null for the zeros and blanks that cameras without a clock write. */
function moment(date: string, offset: string, subSeconds: string): Date | null {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(date);
  if (!parts) return null;
  const [, year, month, day, time] = parts;
  const fraction = /^\d{1,9}$/.test(subSeconds) ? `.${subSeconds.slice(0, 3)}` : '';
  const zone = /^[+-]\d\d:\d\d$/.test(offset) ? offset : 'Z';
  const parsed = new Date(`${year}-${month}-${day}T${time}${fraction}${zone}`);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}
