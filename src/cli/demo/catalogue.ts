import { join } from 'node:path';
import type { Client } from '../client.ts';
import { expectType, type UnionResult } from '../expect-type.ts';
import { type ExampleProduct, examplesDir } from './examples.ts';

/** An item of the server's catalogue. */
export interface Item {
  id: string;
  name: string;
}

const findItem = /* GraphQL */ `
  query FindItem($customId: String!) {
    catalogItems(first: 1, filter: { customId: $customId }) { edges { node { id name status } } }
  }
`;

const createItem = /* GraphQL */ `
  mutation CreateItem($input: CreateCatalogItemInput!) {
    createCatalogItem(input: $input) {
      __typename
      ... on CatalogItem { id name }
      ... on UserError { message }
    }
  }
`;

const itemEvents = /* GraphQL */ `
  subscription ItemEvents($ids: [ID!]!) {
    catalogItemEvents(ids: $ids) {
      __typename
      ... on CatalogItemChanged { catalogItemId status catalogItem { name failure { message } } }
    }
  }
`;

interface ItemEvent extends UnionResult {
  catalogItemId: string;
  status: string;
  catalogItem: { name: string; failure: { message: string } | null } | null;
}

/** Creates the catalogue item of a product, or finds it if an earlier demo with the same data directory created it. */
export async function ensureItem(client: Client, product: ExampleProduct): Promise<Item> {
  const { customId } = product;
  const found = await client.request<{ catalogItems: { edges: { node: Item & { status: string } }[] } }>(findItem, {
    customId,
  });
  const existing = found.catalogItems.edges.find(({ node }) => node.status !== 'ARCHIVED');
  if (existing) return existing.node;
  const created = await client.upload<{ createCatalogItem: UnionResult & Item }>(
    createItem,
    { input: toInput(product) },
    { 'input.thumbnail.upload': join(examplesDir, product.file) },
  );
  return expectType(created.createCatalogItem, 'CatalogItem', `${product.name} could not be added to the catalogue`);
}

/** The most items that one stream follows. */
const maxFollowed = 500;

/** Waits until every item can be recognised: a job of the server's describes its pictures. */
export async function awaitActive(client: Client, items: readonly Item[], onActive: () => void): Promise<void> {
  for (let start = 0; start < items.length; start += maxFollowed)
    await awaitSome(client, items.slice(start, start + maxFollowed), onActive);
}

async function awaitSome(client: Client, items: readonly Item[], onActive: () => void): Promise<void> {
  const events = client.subscribe<{ catalogItemEvents: ItemEvent }>(itemEvents, { ids: items.map(({ id }) => id) });
  // A stream over listed ids first tells how each of them is, and ends when all are settled.
  for await (const { catalogItemEvents: event } of events) {
    expectType(event, 'CatalogItemChanged', 'The stream of catalogue events ended early');
    if (event.status === 'ACTIVE') onActive();
    if (event.status === 'FAILED')
      throw new Error(`${event.catalogItem?.name} cannot be recognised: ${event.catalogItem?.failure?.message}`);
  }
}

function toInput(product: ExampleProduct): object {
  const { name, brand, customId, tags, size } = product;
  const dimensions = {
    width: product.widthMm / 1000,
    height: product.heightMm / 1000,
    depth: product.depthMm / 1000,
  };
  return { name, brand, customId, tags, size, dimensions, thumbnail: { upload: null } };
}
