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

test.each(graphiqlTabs)('the comments above "$query" are not behind the buttons of a narrow window', ({ query }) => {
  for (const line of query.split('\n').filter((one) => one.startsWith('#')))
    expect(line.length).toBeLessThanOrEqual(42);
});
