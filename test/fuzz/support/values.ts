import fc from 'fast-check';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql/index.js';
import type { Draw } from './draw.ts';

/** Ids that an operation may name: of the caller's organisation, of another, and of nothing. */
export interface Ids {
  own: readonly string[];
  foreign: readonly string[];
}

const integers = [0, 1, 2, 5, 50, 100, 101, 1000, -1, 2_147_483_647, -2_147_483_648];
const floats = [0, 0.5, 1, -1, 0.1, 1.0000001, 1e300, -0, 90, 181];
const moments = [
  '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.678+02:00',
  '0001-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  'now',
];
const addresses = [
  'https://example.com/a.jpg',
  'http://127.0.0.1/',
  'http://[::1]/',
  'ftp://x/',
  'http://a b/',
  'javascript:1',
];
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    '%',
    '_',
    '\\',
    "'",
    '"',
    '\u0000',
    '\ud800',
    '😀',
    'é',
    'e\u0301',
    'İ',
    '../../etc',
    '=1+1',
    '{}',
    'null',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

/** A value for an input, usually of its type. `undefined`: left out. */
export function inputValue(draw: Draw, type: GraphQLInputType, ids: Ids, depth = 0): unknown {
  if (draw.chance(0.03)) return draw.pick([null, [], {}, 'x', 7, true, [[1]]]);
  if (isNonNullType(type)) return inputValue(draw, type.ofType, ids, depth);
  if (isListType(type)) {
    const length = draw.chance(0.02) ? 300 : draw.int(0, 3);
    return Array.from({ length }, () => inputValue(draw, type.ofType, ids, depth));
  }
  if (isEnumType(type)) return draw.pick(type.getValues()).name;
  if (isInputObjectType(type)) return objectValue(draw, type, ids, depth);
  return scalarValue(draw, type.toString(), ids);
}

function objectValue(draw: Draw, type: GraphQLInputObjectType, ids: Ids, depth: number): object {
  const fields = Object.values(type.getFields());
  if (type.isOneOf) {
    const field = draw.pick(fields);
    return { [field.name]: inputValue(draw, field.type, ids, depth + 1) };
  }
  const chosen = fields.filter((field) => isNonNullType(field.type) || (depth < 4 && draw.chance(0.4)));
  return Object.fromEntries(chosen.map((field) => [field.name, inputValue(draw, field.type, ids, depth + 1)]));
}

function scalarValue(draw: Draw, name: string, ids: Ids): unknown {
  switch (name) {
    case 'ID':
      return draw.chance(0.6) ? draw.pick(ids.own) : draw.chance(0.8) ? draw.pick(ids.foreign) : draw.from(texts);
    case 'Int':
      return draw.pick(integers);
    case 'Float':
      return draw.pick(floats);
    case 'Boolean':
      return draw.chance(0.5);
    case 'DateTime':
      return draw.pick(moments);
    case 'URL':
      return draw.pick(addresses);
    case 'Byte':
      return draw.chance(0.7) ? picture : draw.from(texts);
    case 'JSONObject':
      return draw.from(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }));
    case 'Upload':
      return null;
    default:
      return draw.from(texts);
  }
}
