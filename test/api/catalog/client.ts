import { expect } from 'vitest';
import { request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import type { TestSightline } from '../../support/sightline.ts';

const itemFields = /* GraphQL */ `
  fragment Item on CatalogItem {
    __typename
    id status name barcode customId brand size containerType flavour packagingSize tags customProps
    failure { code message }
    dimensions { height width depth }
    thumbnail { id mimeType }
    referenceImages { id }
    createdAt updatedAt
  }
`;

const failedFields = /* GraphQL */ `
  fragment Failed on UserError {
    __typename
    code message
    ... on ValidationError { issues { path message } }
    ... on NotFoundError { id }
  }
`;

/** The catalogue as a client with one key sees it. */
export function catalogClient(sightline: TestSightline, apiKey = sightline.apiKey) {
  async function run(query: string, variables: Record<string, unknown> = {}) {
    const { body } = await request(sightline.url, { query, variables, apiKey });
    expect(body.errors).toBeUndefined();
    return body.data;
  }
  const mutate = (field: string, type: string) => async (input: Record<string, unknown>) => {
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ...Item ...Failed } } ${itemFields} ${failedFields}`;
    return (await run(query, { input }))[field];
  };
  const createRaw = mutate('createCatalogItem', 'CreateCatalogItemInput');
  return {
    run,
    /** With a thumbnail unless the input has one. */
    create: async (input: Record<string, unknown> = {}) =>
      createRaw({ name: 'Cola', thumbnail: { base64: await pictureBase64() }, ...input }),
    update: mutate('updateCatalogItem', 'UpdateCatalogItemInput'),
    async archive(ids: string[]) {
      const query = `mutation ($ids: [ID!]!) { archiveCatalogItems(ids: $ids) { results { ...Item ...Failed } } } ${itemFields} ${failedFields}`;
      return (await run(query, { ids })).archiveCatalogItems.results;
    },
    async list(filter: Record<string, unknown>): Promise<string[]> {
      const query = `query ($filter: CatalogItemFilter) {
        catalogItems(filter: $filter, first: 100) { edges { node { name } } totalCount }
      }`;
      const { catalogItems } = await run(query, { filter });
      expect(catalogItems.totalCount).toBe(catalogItems.edges.length);
      return catalogItems.edges.map((edge: { node: { name: string } }) => edge.node.name);
    },
    async get(id: string) {
      return (await run(`query ($id: ID!) { node(id: $id) { ...Item } } ${itemFields}`, { id })).node;
    },
  };
}
