import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, newId } from '../../../src/ids.ts';
import { analysisEvents, batchEvents, itemEvents } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { cases } from './cases.ts';
import { introspect, listIdPlaces } from './id-places.ts';
import { createWorld, idKinds, type Kind, type World } from './world.ts';

/**
 * An id of another organisation is an id of nothing: wherever one can be put, the answer is the same, byte for byte but for
 * the id, as to one that was made up, and nothing is changed. That the owner is answered otherwise shows that the case asks
 * for something.
 */
let sightline: TestSightline;
/** For what only reads. */
let victim: World;
/** Made after it, so that its events are the later ones. */
let stranger: World;
beforeAll(async () => {
  sightline = await startTestSightline();
  victim = await createTenant();
  stranger = await createTenant();
});
const worlds: World[] = [];
afterAll(async () => {
  for (const { user } of worlds) await user.close();
  await sightline?.close();
});

async function createTenant(): Promise<World> {
  const world = await createWorld(sightline, { placeId: 'shop' });
  worlds.push(world);
  return world;
}

function madeUpId(kind: Kind): string {
  return encodeId(idKinds[kind], newId());
}

test('every place of the schema that takes an id has its case here, and every case its place', async () => {
  const places = listIdPlaces(await introspect(stranger.user));
  expect(places.length).toBeGreaterThan(40);
  expect(Object.keys(cases).toSorted()).toEqual(places.toSorted());
});

describe('an id of another organisation', () => {
  test.each(Object.entries(cases))('in %s is one of nothing', async (place, { kind, ask, stream, makesOwn }) => {
    const owner = place.startsWith('Mutation.') ? await createTenant() : victim;
    // A stream is asked for from the beginning of the owner's world on.
    const asker = stream ? { ...stranger, eventCursor: owner.eventCursor } : stranger;
    const id = owner.ids[kind];
    const nothing = madeUpId(kind);
    const toNothing = withoutId(await ask(asker, nothing), nothing);
    const except = makesOwn ? asker.organizationId : null;
    const before = await readEverything(except);
    expect(withoutId(await ask(asker, id), id)).toEqual(toNothing);
    expect(await readEverything(except)).toEqual(before);
    expect(withoutId(await ask(owner, id), id)).not.toEqual(toNothing);
  });
});

test.each(Object.keys(idKinds) as Kind[])('node and nodes give nobody the %s of another organisation', async (kind) => {
  const id = victim.ids[kind];
  const query = 'query ($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { id } }';
  expect(await stranger.user.run(query, { id })).toEqual({ node: null, nodes: [null] });
  expect(await victim.user.run(query, { id })).toMatchObject({ node: { id }, nodes: [{ id }] });
});

test('lists hold only what is the asker’s own', async () => {
  const query = `{ analyses(first: 100) { edges { node { id } } } batches { edges { node { id } } }
    images { edges { node { id } } } tasks { edges { node { id } } } catalogItems { edges { node { id } } }
    exports { edges { node { id } } } }`;
  const [mine, theirs] = [await stranger.user.run(query), await victim.user.run(query)];
  for (const [field, { edges }] of Object.entries<{ edges: { node: { id: string } }[] }>(theirs)) {
    expect(edges.length, field).toBeGreaterThan(0);
    const ids = new Set(mine[field].edges.map(({ node }: { node: { id: string } }) => node.id));
    for (const { node } of edges) expect(ids).not.toContain(node.id);
  }
});

test('a stream of everything is of everything that is the asker’s own', async () => {
  const text = `subscription ($after: String) { analysisEvents(after: $after, filter: {}) {
    ... on AnalysisStatusChanged { analysisId } } }`;
  const seen: string[] = [];
  // From before the victim's world on; its own comes later, and so last.
  for await (const { analysisId } of stranger.user.stream(text, { after: victim.eventCursor })) {
    seen.push(analysisId);
    if (seen.filter((id) => id === stranger.ids.analysis).length === 3) break;
  }
  expect(new Set(seen)).toEqual(new Set([stranger.ids.analysis, stranger.ids.openAnalysis]));
});

test('a stream over what belongs to another organisation, or over nothing, is NOT_FOUND: it does not complete', async () => {
  const { ids } = victim;
  const imageEvents = 'subscription ($ids: [ID!]) { imageEvents(ids: $ids) { __typename } }';
  const asked: [string, Record<string, unknown>][] = [
    [analysisEvents, { filter: { batchId: ids.batch } }],
    [analysisEvents, { filter: { ids: [ids.analysis, ids.openAnalysis] } }],
    [analysisEvents, { filter: { batchId: encodeId('batch', newId()) }, after: victim.eventCursor }],
    [batchEvents, { batchId: ids.batch }],
    [itemEvents, { ids: [ids.catalogItem] }],
    [imageEvents, { ids: [ids.image] }],
  ];
  for (const [subscription, variables] of asked)
    await expect(stranger.user.collect(subscription, variables)).rejects.toThrow('"code": "NOT_FOUND"');
});

function withoutId(answer: unknown, id: string): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(id, 'ID'));
}

/**
 * All rows of all organisations, but for when keys were last used; `except` leaves out what is this one's own. Whatever
 * table is added to the schema is read, too.
 */
async function readEverything(except: string | null = null): Promise<Record<string, string>> {
  const { db } = sightline.database;
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(db);
  const names = [...tables.map(({ name }) => name), 'graphile_worker._private_jobs'];
  const counted = await Promise.all(
    names.map(async (name) => {
      const { rows } = await sql<{ state: string }>`
        select count(*) || ' ' || coalesce(md5(string_agg(content::text, '|' order by content::text)), '') as state
        from (select to_jsonb(stored) - 'last_used_at' as content from ${sql.table(name)} stored) row
        where ${except}::text is null
          or coalesce(content ->> 'organization_id', content -> 'payload' ->> 'organizationId', '') <> ${except}`.execute(
        db,
      );
      return [name, rows[0]!.state];
    }),
  );
  return Object.fromEntries(counted);
}
