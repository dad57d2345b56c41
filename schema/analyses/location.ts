import type { Location } from '../../src/analyses/location.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';

const GeoPoint = builder.objectRef<Location>('GeoPoint').implement({
  description: 'A place on earth (WGS 84).',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { description: 'Degrees, -90 (south) to 90 (north).' }),
    longitude: t.exposeFloat('longitude', { description: 'Degrees, -180 (west) to 180 (east).' }),
  }),
});

builder.objectField(Analysis, 'location', (t) =>
  t.field({
    type: GeoPoint,
    nullable: true,
    description: 'Where the picture was taken, as it was submitted; null: not said. It is not read from the picture.',
    resolve: ({ latitude, longitude }) => (latitude === null || longitude === null ? null : { latitude, longitude }),
  }),
);
