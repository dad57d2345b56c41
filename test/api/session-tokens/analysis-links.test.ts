import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { decodeId } from '../../../src/ids.ts';
import { request } from '../../support/client.ts';
import { failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createWorld, type World } from '../tenancy/world.ts';
import { createToken, revokeMutation } from './client.ts';
import { listRootFields, shortest } from './operations.ts';

let sightline: TestSightline;
let world: World;
beforeAll(async () => {
  sightline = await startTestSightline();
  world = await createWorld(sightline);
});
afterAll(async () => {
  await world?.user.close();
  await sightline?.close();
});

const createMutation = /* GraphQL */ `
  mutation ($input: CreateAnalysisLinkInput!) {
    createAnalysisLink(input: $input) {
      __typename
      ...Failures
      ... on CreateAnalysisLinkPayload {
        url
        secret
        sessionToken { id scopes actor expiresAt analysis { id } apiKey { id } }
      }
    }
  }
  ${failures}
`;

async function tryLink(user: User, input: Record<string, unknown> = {}): Promise<Data> {
  const { createAnalysisLink } = await user.run(createMutation, {
    input: { analysisId: world.ids.analysis, ...input },
  });
  return createAnalysisLink;
}

/** A link that must be created, and whoever opens it. */
async function createLink(user: User, input?: Record<string, unknown>): Promise<Data & { visitor: User }> {
  const result = await tryLink(user, input);
  expect(result).toMatchObject({ __typename: 'CreateAnalysisLinkPayload' });
  return { ...result, visitor: createUser({ url: user.url, apiKey: result.secret }) };
}

const sharedQuery = /* GraphQL */ `
  {
    sharedAnalysis {
      name createdAt expiresAt width height imageUrl
      detections { id confidence box(unit: NORMALIZED) { x y width height } catalogItem { id name brand } }
    }
  }
`;

test('a link shows the picture and what was found, and ends when it says', async () => {
  const { visitor, url, secret, sessionToken } = await createLink(world.user);
  expect(url).toBe(`${sightline.url}/#/shared/${secret}`);
  expect(secret).toMatch(/^sls_[\w-]{43}$/);
  expect(sessionToken).toMatchObject({ scopes: ['READ'], analysis: { id: world.ids.analysis } });
  const week = Date.now() + 7 * 86_400_000;
  expect(Math.abs(Date.parse(sessionToken.expiresAt) - week)).toBeLessThan(60_000);
  const { sharedAnalysis } = await visitor.run(sharedQuery);
  expect(sharedAnalysis).toMatchObject({
    expiresAt: sessionToken.expiresAt,
    detections: [{ id: `${world.ids.analysis}-0`, catalogItem: { id: world.ids.catalogItem, name: 'Item' } }],
  });
  // A rendition: the original may hold where it was taken.
  expect(new URL(sharedAnalysis.imageUrl).searchParams.get('width')).toBe('full');
});

test('it can be given another end; a key without WRITE creates none', async () => {
  const { sessionToken } = await createLink(world.user, { expiresInSeconds: 60 });
  expect(Math.abs(Date.parse(sessionToken.expiresAt) - Date.now() - 60_000)).toBeLessThan(30_000);
  for (const expiresInSeconds of [0, 90 * 86_400 + 1])
    expect(await tryLink(world.user, { expiresInSeconds })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['expiresInSeconds'] }],
    });
  const reader = await createToken(world.user, { scopes: ['READ'] });
  expect(await reader.user.fail(createMutation, { input: { analysisId: world.ids.analysis } })).toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('an analysis of others, and one without a result, are not shared', async () => {
  const other = await sightline.createTenant();
  const stranger = createUser({ url: sightline.url, apiKey: other.apiKey });
  expect(await tryLink(stranger)).toMatchObject({ __typename: 'NotFoundError', id: world.ids.analysis });
  expect(await tryLink(world.user, { analysisId: world.ids.openAnalysis })).toMatchObject({
    __typename: 'ConflictError',
    message: expect.stringContaining('QUEUED'),
  });
});

test('a session shares in the name of its actor, unless it is limited to tasks or places', async () => {
  const session = await createToken(world.user, { scopes: ['WRITE'], actor: 'ada' });
  const { sessionToken } = await createLink(session.user);
  expect(sessionToken.actor).toBe('ada');
  const limited = await createToken(world.user, { scopes: ['WRITE'], taskIds: [world.ids.task] });
  expect(await limited.user.fail(createMutation, { input: { analysisId: world.ids.analysis } })).toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('whoever sends anything but a link gets null', async () => {
  expect(await world.user.run('{ sharedAnalysis { name } }')).toEqual({ sharedAnalysis: null });
});

const rootFields = listRootFields(schema);
const permitted = rootFields.filter(({ field }) =>
  (field.extensions.pothosOptions as { permits?: string[] } | undefined)?.permits?.includes('ANALYSIS_LINK'),
);
const refused = rootFields.filter((root) => !permitted.includes(root) && root.name !== 'Mutation.importCatalog');

test('a link allows one field', () => {
  expect(permitted.map(({ name }) => name)).toEqual(['Query.sharedAnalysis']);
});

test('and FORBIDS every other', async () => {
  const { secret } = await createLink(world.user);
  for (const root of refused) {
    const headers = root.kind === 'subscription' ? { accept: 'text/event-stream' } : undefined;
    const { body } = await request(sightline.url, { query: shortest(root), apiKey: secret, headers });
    expect(JSON.stringify(body), root.name).toContain('FORBIDDEN');
  }
  const metrics = await fetch(`${sightline.url}/metrics`, { headers: { 'x-api-key': secret } });
  expect(metrics.status).toBe(403);
});

test('nothing leads from a shared analysis to the rest of the organisation', () => {
  const reached = new Set<string>();
  const left = ['SharedAnalysis'];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const type = schema.getType(name);
    if (reached.has(name) || !isObjectType(type)) continue;
    reached.add(name);
    left.push(...Object.values(type.getFields()).map((field) => getNamedType(field.type).name));
  }
  expect([...reached].sort()).toEqual(['Box', 'SharedAnalysis', 'SharedCatalogItem', 'SharedDetection']);
});

test('it ends when it is revoked, and says what to do', async () => {
  const { visitor, sessionToken } = await createLink(world.user);
  expect(await world.user.run(revokeMutation, { id: sessionToken.id })).toMatchObject({
    revokeSessionToken: { __typename: 'SessionToken' },
  });
  expect(await visitor.fail(sharedQuery)).toMatchObject({
    status: 401,
    message: expect.stringMatching(/^The link was revoked at .* Ask the person who shared it for a new one\.$/),
  });
});

test('its visitors cannot use up what the organisation may spend', async () => {
  const { secret } = await createLink(world.user);
  const many = `{ ${Array.from({ length: 20 }, (_, i) => `a${i}: sharedAnalysis { detections { box { x } catalogItem { name } } }`).join(' ')} }`;
  const statuses: number[] = [];
  for (let i = 0; i < 10; i++) statuses.push((await request(sightline.url, { query: many, apiKey: secret })).status);
  expect(statuses.at(-1)).toBe(429);
  await world.user.run('{ analyses { totalCount } }');
});

test('without its image it shows none, and it ends with the analysis', async () => {
  const doomed = await createWorld(sightline, { beside: world });
  const { visitor, sessionToken } = await createLink(world.user, { analysisId: doomed.ids.analysis });
  await world.user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [doomed.ids.image],
  });
  expect((await visitor.run(sharedQuery)).sharedAnalysis).toMatchObject({
    imageUrl: null,
    detections: [{ catalogItem: { name: 'Item' } }],
  });
  await world.user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [doomed.ids.analysis],
  });
  const row = await sightline.database.db
    .selectFrom('session_token')
    .select('id')
    .where('id', '=', decodeId('sessionToken', sessionToken.id)!)
    .executeTakeFirst();
  expect(row).toBeUndefined();
  // The secret is looked up again after ten seconds; until then there is nothing to see.
  expect(await visitor.run('{ sharedAnalysis { name } }')).toEqual({ sharedAnalysis: null });
});
