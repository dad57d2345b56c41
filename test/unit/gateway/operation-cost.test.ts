import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { CostBudgets } from '../../../src/gateway/limits/cost-budgets.ts';
import { operationCost } from '../../../src/gateway/limits/operation-cost.ts';
import { maxOperationCost } from '../../../src/gateway/limits/use-operation-cost.ts';

function cost(query: string, variables: Record<string, unknown> = {}, operationName?: string): number {
  return operationCost(schema, { document: parse(query), operationName, variables });
}

describe('the cost of an operation', () => {
  test('counts objects, not scalars', () => {
    expect(cost('{ system { version usedCapacity queue { queued running } } }')).toBe(2);
    expect(cost('{ __typename __schema { types { name fields { name } } } }')).toBe(0);
  });

  test('goes by the size of pages, however it is said', () => {
    const page = (first: string, head = '') =>
      `query ${head} { analyses${first} { edges { node { id } } pageInfo { endCursor } } }`;
    expect(cost(page(''))).toBe(51);
    expect(cost(page('(first: 3)'))).toBe(4);
    expect(cost(page('(first: $n)', '($n: Int)'), { n: 100 })).toBe(101);
    expect(cost(page('(first: $n)', '($n: Int)'))).toBe(51);
    expect(cost(page('(first: $n)', '($n: Int = 7)'))).toBe(8);
    expect(cost(page('(first: $n)', '($n: Int = 7)'), { n: null })).toBe(51);
    expect(cost(page('(first: 1000000)'))).toBe(101);
    expect(cost(page('(first: $n)', '($n: Int)'), { n: 'many' })).toBeLessThan(51);
    expect(cost('{ analyses(first: 30) { totalCount } }')).toBe(31);
  });

  test('multiplies what is nested', () => {
    const inner = 'task { batches: analyses(first: 100) { edges { node { id } } } }';
    expect(cost(`{ analyses(first: 100) { edges { node { ${inner} } } } }`)).toBe(1 + 100 * (1 + 1 + 1 + 100));
  });

  test('of everything there is to know about ten analyses is allowed', () => {
    const detection = 'id box { x } catalogItem { id thumbnail { id } } candidates { confidence catalogItem { id } }';
    const analysis = `id task { id } image { id } batch { id } shares { catalogItem { id } } coco
      detections { ${detection} } realogram { shelves { box { x } positions { level detection { ${detection} } } } }`;
    expect(cost(`{ analyses(first: 10) { edges { node { ${analysis} } } } }`)).toBeLessThan(maxOperationCost / 5);
  });

  test('counts JSON and long text for each alias, and scalars beyond 50 of an object', () => {
    const item = (selection: string) => `{ nodes(ids: ["a", "b"]) { ... on CatalogItem { ${selection} } } }`;
    const aliases = (count: number, field: string) =>
      Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');
    expect(cost(item('customProps'))).toBe(2 + 2);
    expect(cost(item(aliases(49, 'customProps')))).toBe(2 + 2 * 49);
    expect(cost(item(aliases(49, 'name')))).toBe(2);
    expect(cost(item(aliases(50, 'name')))).toBe(2 + 2);
    const fragment = `fragment F on CatalogItem { ... { ${aliases(50, '__typename')} } }`;
    expect(cost(`${item('...F ...F ...F')} ${fragment}`)).toBe(2 + 2 * 3);
    expect(cost('{ tasks(first: 10) { edges { node { a: description b: description } } } }')).toBe(1 + 10 + 20);
  });

  test('goes by how many ids are named', () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(cost(query, { ids: ['a', 'b', 'c'] })).toBe(3);
    const nested = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { task { id } } } }';
    expect(cost(nested, { ids: ['a', 'b', 'c'] })).toBe(6);
    expect(cost(nested)).toBe(2);
  });

  test('is that of the operation that is named, with its fragments', () => {
    const document = `query One { system { version } } query Two { ...Both } fragment Both on Query { a: system { version } b: system { version } }`;
    expect(cost(document, {}, 'One')).toBe(1);
    expect(cost(document, {}, 'Two')).toBe(2);
    expect(cost(document)).toBe(0);
  });

  test('is more for every change', () => {
    const change = (name: string) => `${name}: deleteTask(id: "x") { __typename }`;
    expect(cost(`mutation { ${change('a')} }`)).toBe(11);
    expect(cost(`mutation { ...Two } fragment Two on Mutation { ${change('a')} ${change('b')} }`)).toBe(22);
  });

  test('of fragments that unfold to a billion fields is found at once', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) =>
        `fragment F${level} on Analysis { task { id } ${level < 29 ? `...F${level + 1} ...F${level + 1}` : ''} }`,
    );
    expect(cost(`{ analyses { edges { node { ...F0 } } } } ${levels.join(' ')}`)).toBeGreaterThan(1e9);
  });
});

describe('a budget', () => {
  const budgets = () => new CostBudgets(async (organizationId) => (organizationId === 'small' ? 600 : 6_000));

  test('holds the cost of a minute, and fills up evenly', async () => {
    const all = budgets();
    expect(await all.charge('small', 500, 1_000)).toEqual({
      waitMs: 0,
      status: { maximumAvailable: 600, currentlyAvailable: 100, restoreRate: 10 },
    });
    expect(await all.charge('small', 200, 2_000)).toMatchObject({ waitMs: 9_000, status: { currentlyAvailable: 110 } });
    expect(await all.charge('small', 200, 11_000)).toMatchObject({ waitMs: 0, status: { currentlyAvailable: 0 } });
    expect(await all.charge('small', 0, 1_000_000)).toMatchObject({ status: { currentlyAvailable: 600 } });
  });

  test('is of one organisation', async () => {
    const all = budgets();
    await all.charge('small', 600, 0);
    expect(await all.charge('large', 6_000, 0)).toMatchObject({ waitMs: 0 });
    expect((await all.charge('small', 1, 0)).waitMs).toBeCloseTo(100);
  });
});
