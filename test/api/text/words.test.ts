import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFile, exampleProducts, exampleShelf, productAt } from '../../support/examples.ts';
import {
  awaitActive,
  awaitEnd,
  createExampleItem,
  createItem,
  createTask,
  failures,
  submitBatch,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Words printed on items, read from their pictures and given by their owner, and what they do to names: with the real models. */
const household = 'shelves/3-household.jpg';
const slug = 'chazwick-paprika-crisps';

let sightline: TestSightline;
let user: User;
let itemId: string;
let plain: string;
let reading: string;

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const [product] = await exampleProducts(slug);
  itemId = await createExampleItem(user, product!);
  await awaitActive(user, [itemId]);
  plain = await createTask(user);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function wordsOf(id = itemId): Promise<string[] | null> {
  return (await user.run('query ($id: ID!) { node(id: $id) { ... on CatalogItem { words } } }', { id })).node.words;
}

const itemChanges = /* GraphQL */ `
  subscription ($after: String) {
    catalogItemEvents(after: $after) { ... on CatalogItemChanged { catalogItemId status catalogItem { words } } }
  }
`;

/** The words of an item as soon as they are known, of events after a cursor. */
async function awaitWords(id: string, after: string): Promise<string[]> {
  for await (const { catalogItemId, catalogItem } of user.stream(itemChanges, { after }))
    if (catalogItemId === id && catalogItem?.words) return catalogItem.words;
  throw new Error('The events ended.');
}

async function update(input: Record<string, unknown>): Promise<Data> {
  const mutation = `mutation ($input: UpdateCatalogItemInput!) { updateCatalogItem(input: $input) {
    __typename ...Failures ... on CatalogItem { words } } } ${failures}`;
  return (await user.run(mutation, { input: { id: itemId, ...input } })).updateCatalogItem;
}

/** How the facings of the item are named, whether or not they are, by an analysis of each task. */
async function nameFacings(...taskIds: string[]): Promise<Data[][]> {
  const file = await exampleFile(household);
  const submitted = await submitBatch(
    user,
    taskIds.map((taskId) => ({ file, taskId })),
  );
  await awaitEnd(user, submitted);
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Analysis { status detections {
    text confidence objectness matchedBy catalogItem { id } candidates { catalogItem { id } } box { x y width height } } } } }`;
  const { nodes } = await user.run(query, { ids: submitted.ids });
  const { facings } = await exampleShelf(household);
  return nodes.map(({ status, detections }: Data) => {
    expect(status).toBe('SUCCEEDED');
    return detections.filter(({ box }: Data) => productAt(facings, box) === slug);
  });
}

test('the pictures of items are read while a task reads text, those of new items too', async () => {
  expect(await wordsOf()).toBeNull();
  const { eventCursor } = await user.run('{ eventCursor }');
  reading = await createTask(user, { readText: true });
  const words = await awaitWords(itemId, eventCursor);
  expect(words.map((word) => word.toLowerCase())).toEqual(expect.arrayContaining(['chazwick', 'paprika']));
  expect(await wordsOf()).toEqual(words);

  const [tea] = await exampleProducts('wimborel-mint-tea');
  const other = await createExampleItem(user, tea!);
  expect(await awaitWords(other, eventCursor)).toContain('MINT');
});

test('a name stays where the text agrees with the words that were read', async () => {
  const [named] = await nameFacings(reading);
  expect(named!.length).toBeGreaterThan(0);
  for (const { catalogItem } of named!) expect(catalogItem).toEqual({ id: itemId });
});

test('it is taken where text is read and contradicts the words, and the product left out where it is not certain enough without', async () => {
  expect(await update({ words: ['Chazwick', 'Onion'] })).toMatchObject({ words: ['Chazwick', 'Onion'] });
  const strict = await createTask(user, { threshold: 0.99, readText: true });
  const [read, unread, certain] = await nameFacings(reading, plain, strict);
  const contradicted = read!.filter(({ text }) => /paprika/i.test(text) && /chazwic/i.test(text));
  expect(contradicted.length).toBeGreaterThan(0);
  for (const { catalogItem, matchedBy, confidence, objectness, candidates } of contradicted) {
    expect([catalogItem, matchedBy, confidence]).toEqual([null, null, objectness]);
    expect(candidates).toEqual([{ catalogItem: { id: itemId } }]);
  }
  expect(unread!.length).toBeGreaterThan(0);
  for (const { catalogItem, confidence } of unread!) {
    expect(catalogItem).toEqual({ id: itemId });
    expect(confidence).toBeGreaterThan(0.99);
  }
  expect(certain).toEqual([]);
  await update({ words: null });
});

test('an item may be created with words; too many, too long and blank ones are refused', async () => {
  const [product] = await exampleProducts(slug);
  const { id } = await createItem(user, {
    thumbnail: { base64: Buffer.from(await (await exampleFile(product!.file)).arrayBuffer()).toString('base64') },
    words: ['Chazwick', 'Chazwick', 'Onion'],
  });
  expect(await wordsOf(id)).toEqual(['Chazwick', 'Onion']);
  const refusal = (message: string, ...path: string[]) => ({
    __typename: 'ValidationError',
    issues: [{ path: ['words', ...path], message: expect.stringContaining(message) }],
  });
  expect(await update({ words: Array.from({ length: 51 }, (_, index) => `word ${index}`) })).toMatchObject(
    refusal('50'),
  );
  expect(await update({ words: ['fine', 'x'.repeat(51)] })).toMatchObject(refusal('50', '1'));
  expect(await update({ words: [' '] })).toMatchObject(refusal('blank', '0'));
});
