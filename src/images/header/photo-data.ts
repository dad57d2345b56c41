/** What a camera wrote into a photograph about itself and the exposure. Each is null if it is absent or makes no sense. */
export interface PhotoData {
  make: string | null;
  model: string | null;
  lens: string | null;
  exposureSeconds: number | null;
  fNumber: number | null;
  iso: number | null;
  focalLengthMm: number | null;
}

export const noPhotoData: PhotoData = {
  make: null,
  model: null,
  lens: null,
  exposureSeconds: null,
  fNumber: null,
  iso: null,
  focalLengthMm: null,
};

/** null: nothing is there. */
export function photoDataOrNull(data: PhotoData): PhotoData | null {
  return Object.values(data).some((value) => value !== null) ? data : null;
}
