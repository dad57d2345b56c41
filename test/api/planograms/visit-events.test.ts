import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxListedPlaces, noteVisits } from '../../../src/analyses/visits.repository.ts';
import { inLogOrder } from '../../../src/events/order.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { closeIdleVisits } from '../../../src/visits/close-visits.ts';
import { closeVisitRow } from '../../../src/visits/visits.repository.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { finish } from './client.ts';

let sightline: TestSightline;
let user: User;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const visitEvents = /* GraphQL */ `
  subscription ($filter: VisitEventFilter, $after: String) {
    visitEvents(filter: $filter, after: $after) {
      ... on StreamEvent { cursor }
      ... on VisitChanged { visitId status previousStatus visit { id visitId status } }
      ... on StreamResync { reason }
    }
  }
`;

async function submit(visitId: string, ...placeIds: (string | null)[]): Promise<string[]> {
  const source = { base64: await pictureBase64() };
  const images = placeIds.map((placeId) => ({ source, taskId, visitId, placeId }));
  return (await submitBatch(user, images)).ids;
}

async function cursor(): Promise<string> {
  return (await user.run('{ eventCursor }')).eventCursor;
}

async function idOf(visitId: string): Promise<string> {
  const query = 'query ($visitId: String!) { visits(filter: { visitIds: [$visitId] }) { nodes { id } } }';
  return (await user.run(query, { visitId })).visits.nodes[0].id;
}

async function close(visitId: string): Promise<void> {
  await user.run('mutation ($id: ID!) { closeVisit(id: $id) { ... on Visit { status } } }', {
    id: await idOf(visitId),
  });
}

/** As the heartbeat of a worker does. */
async function closeIdle(): Promise<void> {
  const { db } = sightline.database;
  await closeIdleVisits({ db, hints: { eventsWritten: () => undefined } }, 60);
}

/** The first events of a stream. */
async function take(count: number, variables: Data): Promise<Data[]> {
  const events: Data[] = [];
  for await (const event of user.stream(visitEvents, variables)) if (events.push(event) === count) break;
  return events;
}

const changes = (events: readonly Data[]) =>
  events.map(({ visit, previousStatus, status }) => `${visit.visitId}: ${previousStatus} → ${status}`);

test('a visit begins, grows, closes and opens again, in a stream that resumes', async () => {
  const after = await cursor();
  const first = await submit('life', 'shop');
  const second = await submit('life', 'shop', 'shop');
  await close('life');
  await close('life');
  await finish(sightline, [...first, ...second], []);
  await closeIdle();
  await finish(sightline, await submit('life', 'shop'), []);
  await close('life');
  const filter = { visitIds: ['life'] };
  const events = await take(6, { filter, after });
  const expected = [
    'life: null → OPEN',
    'life: OPEN → OPEN',
    'life: OPEN → CLOSING',
    'life: CLOSING → CLOSED',
    'life: CLOSED → OPEN',
    'life: OPEN → CLOSED',
  ];
  expect(changes(events)).toEqual(expected);
  const id = await idOf('life');
  for (const event of events) expect(event).toMatchObject({ visitId: id, visit: { id, status: 'CLOSED' } });
  expect(await take(3, { filter, after: events[2].cursor })).toEqual(events.slice(3));
  expect(changes(await take(2, { filter: { ...filter, statuses: ['CLOSED'] }, after }))).toEqual([
    expected[3],
    expected[5],
  ]);
});

test('changes are pushed while they happen', async () => {
  const stream = user.stream(visitEvents, { filter: { placeId: 'pushed' }, after: await cursor() });
  await submit('elsewhere', 'another place');
  await submit('here', 'pushed');
  expect(changes([(await stream.next()).value])).toEqual(['here: null → OPEN']);
  await close('here');
  expect(changes([(await stream.next()).value])).toEqual(['here: OPEN → CLOSING']);
  await stream.return();
});

describe('by place', () => {
  test('all changes of a visit count, of whichever of its places they are', async () => {
    const after = await cursor();
    await submit('tour', 'first stop');
    await submit('tour', 'second stop', null);
    await submit('tour', 'first stop');
    expect(changes(await take(2, { filter: { placeId: 'second stop' }, after }))).toEqual([
      'tour: OPEN → OPEN',
      'tour: OPEN → OPEN',
    ]);
    expect(changes(await take(3, { filter: { placeId: 'first stop' }, after }))).toEqual([
      'tour: null → OPEN',
      'tour: OPEN → OPEN',
      'tour: OPEN → OPEN',
    ]);
  });

  test('a visit of very many places is one of every place', async () => {
    const after = await cursor();
    await submit('many', ...Array.from({ length: maxListedPlaces }, (_, index) => `stop ${index}`));
    await submit('listed', 'last stop');
    await submit('many', 'one more stop');
    expect(changes(await take(2, { filter: { placeId: 'last stop' }, after }))).toEqual([
      'listed: null → OPEN',
      'many: OPEN → OPEN',
    ]);
  });
});

describe('by id', () => {
  test('a stream begins with the state of each visit, and completes when all are closed', async () => {
    await finish(sightline, await submit('done', 'a'), []);
    await close('done');
    const ids = await submit('going', 'a');
    const filter = { ids: [await idOf('done'), await idOf('going')] };
    const stream = user.stream(visitEvents, { filter });
    expect(changes([(await stream.next()).value, (await stream.next()).value])).toEqual([
      'done: null → CLOSED',
      'going: null → OPEN',
    ]);
    await close('going');
    await finish(sightline, ids, []);
    await closeIdle();
    const rest: Data[] = [];
    for await (const event of stream) rest.push(event);
    expect(changes(rest)).toEqual(['going: OPEN → CLOSING', 'going: CLOSING → CLOSED']);
    expect(changes(await user.collect(visitEvents, { filter }))).toEqual([
      'done: null → CLOSED',
      'going: null → CLOSED',
    ]);
  });

  test('an unknown visit is an error', async () => {
    const filter = { ids: [encodeId('visit', newId())] };
    await expect(user.collect(visitEvents, { filter })).rejects.toThrow('NOT_FOUND');
  });
});

describe('of two transactions that change a visit, the log has the one first that was first', () => {
  /** Runs between the first write of a transaction and its change of the visit, once. */
  async function delayed(between: () => Promise<void>, change: Parameters<typeof inLogOrder>[1]): Promise<void> {
    const { db } = sightline.database;
    let attempts = 0;
    await inLogOrder(db, async (trx) => {
      await sql`select pg_current_xact_id()`.execute(trx);
      if (++attempts === 1) await between();
      await change(trx);
    });
    expect(attempts).toBe(2);
  }

  const organizationId = async () => {
    const { viewer } = await user.run('{ viewer { organization { id } } }');
    return decodeId('organization', viewer.organization.id)!;
  };

  test('when it is closed before a late picture', async () => {
    await finish(sightline, await submit('late picture', 'a'), []);
    const after = await cursor();
    const organization = await organizationId();
    await delayed(
      () => close('late picture'),
      (trx) => noteVisits(trx, organization, [{ visitId: 'late picture', placeId: 'a' }]),
    );
    expect(changes(await take(2, { filter: { visitIds: ['late picture'] }, after }))).toEqual([
      'late picture: OPEN → CLOSED',
      'late picture: CLOSED → OPEN',
    ]);
  });

  test('when a picture comes before it is closed', async () => {
    await finish(sightline, await submit('late closing', 'a'), []);
    const after = await cursor();
    const organization = await organizationId();
    const id = decodeId('visit', await idOf('late closing'))!;
    await delayed(
      () => submit('late closing', 'a').then(() => undefined),
      (trx) => closeVisitRow(trx, organization, id),
    );
    await submit('late closing', 'a');
    expect(changes(await take(2, { filter: { visitIds: ['late closing'] }, after }))).toEqual([
      'late closing: OPEN → OPEN',
      'late closing: CLOSING → OPEN',
    ]);
  });
});
