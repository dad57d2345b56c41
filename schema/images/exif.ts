import type { PhotoData } from '../../src/images/header/photo-data.ts';
import { builder } from '../core/builder.ts';

export const Exif = builder.objectRef<PhotoData>('Exif').implement({
  description:
    'What a camera wrote into a photograph about itself and the exposure. Each field is null if the camera did not write it. When it was taken is in Image.recordedAt. Positions and serial numbers are not returned.',
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
  }),
});
