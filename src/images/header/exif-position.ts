/** Where a picture was taken, as the camera wrote it. */
export interface Position {
  /** Degrees, north and east positive. */
  latitude: number;
  longitude: number;
  /** Above sea level; null: it did not write it. */
  altitudeMeters: number | null;
}

/** Codes of the GPS directory. */
const tag = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4, altitudeRef: 5, altitude: 6 } as const;

/** Values of the GPS directory by their codes. */
export interface GpsValues {
  text(code: number): Promise<string>;
  number(code: number): number | null;
  /** Fractions; NaN or Infinity where one is none; null: there are fewer. */
  rationals(code: number, count: number): Promise<number[] | null>;
}

/** null: it has no position, or one that is nowhere. 0, 0 is what cameras write that have found none. */
export async function readPosition(gps: GpsValues): Promise<Position | null> {
  const latitude = await readDegrees(gps, tag.latitude, tag.latitudeRef, 'S');
  const longitude = await readDegrees(gps, tag.longitude, tag.longitudeRef, 'W');
  if (latitude === null || longitude === null || (latitude === 0 && longitude === 0)) return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  return { latitude, longitude, altitudeMeters: await readAltitude(gps) };
}

/** Degrees, minutes and seconds. */
async function readDegrees(gps: GpsValues, code: number, refCode: number, negative: string): Promise<number | null> {
  const parts = await gps.rationals(code, 3);
  if (parts === null) return null;
  // Cameras that write degrees as one fraction write 0/0 for the rest.
  const [degrees, minutes, seconds] = parts.map((part, index) => (index > 0 && Number.isNaN(part) ? 0 : part));
  const value = degrees! + minutes! / 60 + seconds! / 3600;
  if (!Number.isFinite(value)) return null;
  // A hundred-millionth of a degree is a millimetre.
  const rounded = Math.round(value * 1e8) / 1e8;
  return (await gps.text(refCode)).toUpperCase() === negative ? -rounded : rounded;
}

async function readAltitude(gps: GpsValues): Promise<number | null> {
  const [metres] = (await gps.rationals(tag.altitude, 1)) ?? [];
  if (metres === undefined || !Number.isFinite(metres)) return null;
  // 1: below sea level.
  return gps.number(tag.altitudeRef) === 1 ? -metres : metres;
}
