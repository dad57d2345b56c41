import { readFile } from 'node:fs/promises';
import {
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
  // The build that Node gives to Pothos; vite would take the .mjs one, to which these types are strangers.
} from 'graphql/index.js';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !(isScalarType(type) && isSpecifiedScalarType(type)),
);

test('schema.graphql shows the schema as it is; `npm run generate` writes it', async () => {
  const committed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(committed);
});

test('the schema is valid', () => {
  expect(validateSchema(schema)).toEqual([]);
});

test('everything that a client sees is described', () => {
  const undescribed = types.flatMap((type) => [
    ...(type.description ? [] : [type.name]),
    ...partsOf(type)
      .filter(([, description]) => !description)
      .map(([name]) => name),
  ]);
  expect(undescribed).toEqual([]);
});

/** Fields, arguments and enum values as [coordinate, description]. */
function partsOf(type: (typeof types)[number]): [string, string | null | undefined][] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value.description]);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    [`${type.name}.${field.name}`, field.description] as [string, string],
    ...field.args.map((arg): [string, string | null | undefined] => [
      `${type.name}.${field.name}(${arg.name}:)`,
      arg.description,
    ]),
  ]);
}

test('descriptions are sentences: they begin with what they describe, in upper case, and end', () => {
  const all = types.flatMap((type) => [[type.name, type.description] as const, ...partsOf(type)]);
  const isSentence = (text: string) => /^[A-Z`$]/.test(text) && /[.!?)]$/.test(text.trim());
  // "Of the task.", "As submitted.", "null when …": what of it? A reader sees one description at a time.
  const lacksItsSubject = (text: string) => /^(Of|As|In|null|Null)\b/.test(text);
  const unfit = all.filter(([, text]) => text && (!isSentence(text) || lacksItsSubject(text)));
  expect(unfit).toEqual([]);
});

test('inputs of which exactly one field is meant are oneOf, so that none and several are refused before any resolver', () => {
  const oneOf = types.filter((type) => isInputObjectType(type) && type.isOneOf).map(({ name }) => name);
  expect(oneOf.sort()).toEqual([
    'AnalysisTarget',
    'CorrectionTarget',
    'CorrectionVerdictInput',
    'ImageSearchInput',
    'ImageSource',
    'PlannedItemInput',
    'PlanogramContentInput',
    'VideoSource',
  ]);
  for (const name of oneOf) {
    const fields = Object.values((schema.getType(name) as GraphQLInputObjectType).getFields());
    expect(fields.every(({ type, defaultValue }) => !isNonNullType(type) && defaultValue === undefined)).toBe(true);
  }
});

test('every connection has its entries as nodes, too', () => {
  const connections = types.filter((type) => isObjectType(type) && type.name.endsWith('Connection'));
  expect(connections.length).toBeGreaterThan(6);
  const typeOf = (type: GraphQLNamedType | undefined, field: string) =>
    getNamedType((type as GraphQLObjectType).getFields()[field]?.type);
  for (const connection of connections)
    expect(typeOf(connection, 'nodes'), connection.name).toBe(typeOf(typeOf(connection, 'edges'), 'node'));
});

test('every event of a stream has its cursor, and every expected failure its message and code', () => {
  const implementations = (name: string) =>
    types.filter((type) => isObjectType(type) && type.getInterfaces().some((one) => one.name === name));
  // Of systemStatus only the latest counts.
  const streams = Object.keys(schema.getSubscriptionType()!.getFields()).filter((name) => name !== 'systemStatus');
  // One change a subscription, of videos also seconds and tracks, and StreamResync.
  expect(implementations('StreamEvent')).toHaveLength(streams.length + 2 + 1);
  const failures = types.filter(({ name }) => /Error$/.test(name) && name !== 'UserError');
  expect(
    implementations('UserError')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(failures.map(({ name }) => name).sort());
});
