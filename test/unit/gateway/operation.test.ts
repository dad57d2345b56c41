import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { rootSelection } from '../../../src/gateway/operations/operation.ts';

const fields = (text: string, name?: string) => [...(rootSelection(parse(text), name)?.fields ?? [])].sort();

test('names are those of fields, not of aliases', () => {
  expect(fields('{ __typename: secret b }')).toEqual(['b', 'secret']);
});

test('answers are named by aliases: a field asked for twice has two', () => {
  const text = 'mutation { a one: a ...M } fragment M on Mutation { a two: a }';
  expect(rootSelection(parse(text), null)!.answers).toEqual(new Set(['a', 'one', 'two']));
});

test('fragments are looked into, however they are nested', () => {
  const text = '{ ...A ... { c } ... on Query { d } } fragment A on Query { a ...B } fragment B on Query { b }';
  expect(fields(text)).toEqual(['a', 'b', 'c', 'd']);
});

test('fragments that hold each other come to an end', () => {
  expect(fields('{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }')).toEqual(['a', 'b']);
});

test('only the operation that is meant counts', () => {
  const text = 'query One { a } mutation Two { b }';
  expect(rootSelection(parse(text), 'Two')).toEqual({
    type: 'mutation',
    fields: new Set(['b']),
    answers: new Set(['b']),
  });
  expect(rootSelection(parse(text), undefined)).toBeNull();
  expect(rootSelection(parse(text), 'Three')).toBeNull();
});
