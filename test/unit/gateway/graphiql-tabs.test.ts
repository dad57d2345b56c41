import { getOperationAST, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { graphiqlTabs } from '../../../src/gateway/http/graphiql-tabs.ts';

test.each(graphiqlTabs)('the tab that begins "$query" is an operation of the schema', ({ query, variables = '{}' }) => {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const declared = getOperationAST(document)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  expect(declared).toEqual(expect.arrayContaining(Object.keys(JSON.parse(variables))));
});
