import { isAbstractType } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { possibleTypes } from '../../../examples/clients/apollo.ts';
import { schema } from '../../../schema/index.ts';

test('the recipe for Apollo Client tells its cache of every type behind an interface', () => {
  for (const [name, types] of Object.entries(possibleTypes)) {
    const type = schema.getType(name)!;
    const implementations = isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [];
    expect(types).toEqual(implementations.sort());
  }
});
