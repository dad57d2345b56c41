import type { ValidationIssue } from '../user-error.ts';

/** Where a picture was taken: degrees, WGS 84. */
export interface Location {
  latitude: number;
  longitude: number;
}

/** The coordinates of a location that are out of range. */
export function checkLocation(location: Location | null, path: readonly string[]): ValidationIssue[] {
  if (location === null) return [];
  const limits = { latitude: 90, longitude: 180 };
  return (['latitude', 'longitude'] as const).flatMap((name) =>
    Math.abs(location[name]) <= limits[name]
      ? []
      : [
          {
            path: [...path, name],
            message: `It is ${location[name]}; expected degrees from -${limits[name]} to ${limits[name]}.`,
          },
        ],
  );
}
