import type { Position } from '../../src/images/header/exif-position.ts';
import type { PhotoData } from '../../src/images/header/photo-data.ts';
import { builder } from '../core/builder.ts';

const positionHelp =
  'Null as well unless a task with privacy.exifPosition has analysed the image, and for images stored before positions were read.';

/** position: null also if no task returns it. */
export type ShownExif = PhotoData & { position: Position | null };

export const Exif = builder.objectRef<ShownExif>('Exif').implement({
  description:
    'What a camera wrote into a photograph about itself and the exposure. Each field is null if the camera did not write it. When it was taken is in Image.recordedAt. Positions are returned only if a task says so (TaskPrivacy.exifPosition), and serial numbers never.',
  fields: (t) => ({
    make: t.exposeString('make', { nullable: true, description: 'Maker of the camera.' }),
    model: t.exposeString('model', { nullable: true, description: 'Model of the camera.' }),
    lens: t.exposeString('lens', { nullable: true, description: 'Model of the lens.' }),
    exposureSeconds: t.exposeFloat('exposureSeconds', { nullable: true, description: 'Exposure time in seconds.' }),
    fNumber: t.exposeFloat('fNumber', {
      nullable: true,
      description: 'F-number: focal length divided by the aperture.',
    }),
    iso: t.exposeInt('iso', { nullable: true, description: 'Sensitivity (ISO 12232).' }),
    focalLengthMm: t.exposeFloat('focalLengthMm', { nullable: true, description: 'Focal length in millimetres.' }),
    latitude: t.float({
      nullable: true,
      description: `Degrees, north positive. ${positionHelp}`,
      resolve: ({ position }) => position?.latitude ?? null,
    }),
    longitude: t.float({
      nullable: true,
      description: `Degrees, east positive. ${positionHelp}`,
      resolve: ({ position }) => position?.longitude ?? null,
    }),
    altitudeMeters: t.float({
      nullable: true,
      description: `Metres above sea level. ${positionHelp}`,
      resolve: ({ position }) => position?.altitudeMeters ?? null,
    }),
  }),
});
