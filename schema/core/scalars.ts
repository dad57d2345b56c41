import { GraphQLError } from 'graphql';
import { DateTimeResolver, JSONObjectResolver, URLResolver } from 'graphql-scalars';
import { GraphQLUpload } from 'graphql-upload-minimal';
import { builder } from './builder.ts';

builder.addScalarType('DateTime', DateTimeResolver, {
  description: 'A date and time in RFC 3339 format, for example `2026-03-01T12:30:00.000Z`.',
});
builder.addScalarType('JSONObject', JSONObjectResolver, { description: 'A JSON object.' });
builder.addScalarType('URL', URLResolver, { description: 'An absolute URL.' });

builder.addScalarType('Upload', GraphQLUpload, {
  description:
    'A file of a multipart request, as defined by the GraphQL multipart request specification: the variable is null, and the part named in `map` holds the bytes.',
});

// Text, not bytes: a picture whose base64 is broken is answered for that picture, and does not refuse the whole request.
builder.scalarType('Byte', {
  description: 'Bytes encoded as base64 (RFC 4648), without a `data:` prefix.',
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError('Byte is base64 text.');
  },
  serialize: () => {
    throw new GraphQLError('Byte is only sent, never answered.');
  },
});
