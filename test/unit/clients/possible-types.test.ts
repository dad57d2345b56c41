import { isInterfaceType } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { possibleTypes } from '../../../examples/clients/apollo.ts';
import { schema } from '../../../schema/index.ts';

test('the recipe for Apollo Client tells its cache of every type behind an interface', () => {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  const implementations = interfaces.map((type) => {
    const names = schema.getPossibleTypes(type).map(({ name }) => name);
    return [type.name, names.sort()];
  });
  expect(possibleTypes).toEqual(Object.fromEntries(implementations));
});
