import { isInterfaceType, isUnionType } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { possibleTypes } from '../../../examples/clients/possible-types.ts';
import { schema } from '../../../schema/index.ts';
import { codeBlock } from '../../support/readme.ts';

test('the recipe for Apollo Client tells its cache of every type behind an interface', () => {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  const implementations = interfaces.map((type) => {
    const names = schema.getPossibleTypes(type).map(({ name }) => name);
    return [type.name, names.sort()];
  });
  expect(possibleTypes).toEqual(Object.fromEntries(implementations));
});

test('the program in README.md tells it of every error that a batch may be refused with', () => {
  const [, list = ''] = /UserError: \[([^\]]+)\]/.exec(codeBlock('js', 'ApolloClient'))!;
  const named = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const result = schema.getType('SubmitBatchResult');
  const members = isUnionType(result) ? result.getTypes() : [];
  const errors = members.filter((type) => type.getInterfaces().some(({ name }) => name === 'UserError'));
  expect(named).toEqual(errors.map(({ name }) => name).sort());
});
