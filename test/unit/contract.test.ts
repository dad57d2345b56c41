import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
// The build that Node gives to Pothos; vite would take the .mjs one, to which the schema's types are strangers.
import { buildSchema, findBreakingChanges, type GraphQLNamedType, type GraphQLSchema } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';

const contract = buildSchema(await readFile(new URL('../fixtures/contract.graphql', import.meta.url), 'utf8'));

test('the schema has all that was promised', () => {
  expect(brokenPromises(contract, schema)).toEqual([]);
});

test('what is gone, and what findBreakingChanges does not look at, would be told', () => {
  const promised = buildSchema(`
    type Query { a(size: Int = 1): Int b: Int }
    input Choice @oneOf { x: Int }
    input Rule { size: Int = 1 }`);
  const other = buildSchema(`
    type Query { a(size: Int = 2): Int }
    input Choice { x: Int }
    input Rule { size: Int }`);
  expect(brokenPromises(promised, other).sort()).toEqual([
    'Choice is not @oneOf.',
    'Query.a(size) has another default.',
    'Query.b was removed.',
    'Rule.size has another default.',
  ]);
  expect(brokenPromises(promised, promised)).toEqual([]);
});

/** What of the first schema the second one lacks, a sentence each. */
function brokenPromises(promised: GraphQLSchema, actual: GraphQLSchema): string[] {
  const types = Object.values(promised.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return [
    ...findBreakingChanges(promised, actual).map(({ description }) => description),
    ...types.flatMap((type) => differences(type, actual.getType(type.name))),
  ];
}

function differences(type: GraphQLNamedType, actual: GraphQLNamedType | undefined): string[] {
  if (!actual || !('getFields' in type) || !('getFields' in actual)) return [];
  const found =
    'isOneOf' in type && type.isOneOf && !(actual as typeof type).isOneOf ? [`${type.name} is not @oneOf.`] : [];
  const there = actual.getFields();
  for (const [name, field] of Object.entries(type.getFields())) {
    const its = there[name];
    if (!its) continue;
    if (hasOtherDefault(field, its)) found.push(`${type.name}.${name} has another default.`);
    for (const arg of 'args' in field ? field.args : []) {
      const same = 'args' in its ? its.args.find((one) => one.name === arg.name) : undefined;
      if (same && hasOtherDefault(arg, same)) found.push(`${type.name}.${name}(${arg.name}) has another default.`);
    }
  }
  return found;
}

/** False for fields of output types, which have no defaults. */
function hasOtherDefault(one: object, other: object): boolean {
  return 'defaultValue' in one && !isDeepStrictEqual(one.defaultValue, (other as typeof one).defaultValue);
}
