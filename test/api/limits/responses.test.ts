import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../support/client.ts';
import { exampleBase64 } from '../../support/examples.ts';
import { createItem } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

const aliases = (count: number, field: string) => Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');

test('JSON under many names is priced for each, and 310 MB of it are not made', async () => {
  const user = createUser(sightline);
  const thumbnail = { base64: await exampleBase64('products/hustavik-chickpeas.png') };
  const customProps = { text: 'x'.repeat(15_900) };
  const { id } = (await createItem(user, { thumbnail, customProps })) as { id: string };
  const read = (names: number) =>
    request(sightline.url, {
      apiKey: sightline.apiKey,
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CatalogItem { ${aliases(names, 'customProps')} } } }`,
      variables: { ids: Array(100).fill(id) },
    });
  const { status, body } = await read(195);
  expect([status, body.data]).toEqual([400, undefined]);
  expect(body.errors).toMatchObject([{ extensions: { code: 'RESPONSE_TOO_LARGE' } }]);
  expect(body.extensions.cost.requestedQueryCost).toBe(100 + 100 * (195 + 3));
  const once = await read(1);
  expect(once.body.data.nodes[99].a0).toEqual(customProps);
  expect(once.body.extensions.cost.requestedQueryCost).toBe(200);
});
