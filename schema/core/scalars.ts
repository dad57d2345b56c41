import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import { GraphQLUpload } from 'graphql-upload-minimal';
import { builder } from './builder.ts';
import { isoTime } from './iso-time.ts';

builder.addScalarType('DateTime', asText(withZoneHint(DateTimeResolver)), {
  description:
    'A date and time in RFC 3339 format, with a time zone: `2026-03-01T12:30:00.000Z` or `2026-03-01T13:30:00+01:00`.',
});
builder.addScalarType('JSONObject', JSONObjectResolver, { description: 'A JSON object.' });

// Input is text: an invalid URL makes the image that uses it fail, not the whole request.
builder.scalarType('URL', {
  description: 'An absolute URL.',
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError('URL is text.');
  },
  serialize: (value) => value,
});

builder.addScalarType('Upload', GraphQLUpload, {
  description:
    'A file of a multipart request, as defined by the GraphQL multipart request specification: the variable is null, and the part named in `map` holds the bytes.',
});

// A string, not bytes, so that broken base64 makes that one image fail, not the whole request.
builder.scalarType('Byte', {
  description: 'Bytes encoded as base64 (RFC 4648), without a `data:` prefix.',
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError('Byte must be a base64 string.');
  },
  serialize: () => {
    throw new GraphQLError('Byte is an input type and is never returned.');
  },
});

/** Times become text here, not when the response is written as JSON, which takes several times as long for a Date. */
function asText(scalar: typeof DateTimeResolver): GraphQLScalarType<Date, string> {
  const { serialize, ...config } = scalar.toConfig();
  return new GraphQLScalarType<Date, string>({
    ...config,
    serialize: (value) => isoTime(serialize(value)),
  });
}

/** A time without a time zone is ambiguous. The message of the library does not say that the time zone is missing. */
function withZoneHint(scalar: typeof DateTimeResolver): typeof DateTimeResolver {
  const zoneless = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;
  const { parseValue, parseLiteral, ...config } = scalar.toConfig();
  const check = (value: unknown) => {
    if (typeof value !== 'string' || !zoneless.test(value)) return;
    throw new GraphQLError(`DateTime "${value}" has no time zone. Add Z for UTC, or an offset such as +01:00.`);
  };
  return new GraphQLScalarType({
    ...config,
    parseValue(value) {
      check(value);
      return parseValue(value);
    },
    parseLiteral(node, variables) {
      if (node.kind === Kind.STRING) check(node.value);
      return parseLiteral(node, variables);
    },
  });
}
