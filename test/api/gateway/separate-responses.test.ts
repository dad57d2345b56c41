import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { decodeId } from '../../../src/ids.ts';
import { submitBatch } from '../../support/recognition.ts';
import type { User } from '../../support/user.ts';
import { createToken } from '../session-tokens/client.ts';
import { type NarrowedWorld, startNarrowedWorld } from '../session-tokens/narrowed-world.ts';
import { listRootFields, selectAll } from '../session-tokens/operations.ts';
import { compare, createReader, selecting } from './screens.ts';

let world: NarrowedWorld;
/** With a key that may only read. */
let reader: User;
/** With a session token that sees the same. */
let session: User;

beforeAll(async () => {
  world = await startNarrowedWorld();
  reader = await createReader(world);
  session = (await createToken(world.own.user, { scopes: ['READ'] })).user;
});
afterAll(() => world?.close());

describe('a response is not shared by', () => {
  test('callers of whom one may read originals', async () => {
    const image = decodeId('image', world.own.ids.image);
    await sql`update image set blur_people = 'HEADS' where id = ${image}`.execute(world.sightline.database.db);
    const operation = selecting(world, 'image { url }');
    const { results, executed } = await compare(world, [
      [reader, operation],
      [world.own.user, operation],
    ]);
    expect(results[0].image.url).toContain('width=full');
    expect(results[1].image.url).toContain('original=true');
    expect(executed).toBe(2);
    await sql`update image set blur_people = 'NONE' where id = ${image}`.execute(world.sightline.database.db);
  });

  test('callers who see different places', async () => {
    const image = { source: { imageId: world.own.ids.image }, placeId: 'place-elsewhere' };
    await submitBatch(world.own.user, [image], { taskId: world.own.ids.task });
    const operation = selecting(world, 'task { analyses { totalCount } }');
    const { results, executed } = await compare(world, [
      [reader, operation],
      [world.byPlace, operation],
    ]);
    const [everywhere, atPlace] = results.map(({ task }) => task.analyses.totalCount);
    expect(everywhere).toBe(atPlace + 1);
    expect(executed).toBe(2);
  });

  test('callers with a different way to say who they are: a session token and a key', async () => {
    const operation = selecting(world, 'id');
    expect(
      await compare(world, [
        [reader, operation],
        [session, operation],
      ]),
    ).toMatchObject({ executed: 2 });
  });

  test('selections with different variables', async () => {
    const withWidth = (width: number) => selecting(world, 'image { url(width: $width) }', { width }, '$width: Int');
    const { results, executed } = await compare(world, [
      [reader, withWidth(300)],
      [reader, withWidth(1000)],
    ]);
    expect(results.map(({ image }) => /width=(\d+)/.exec(image.url)![1])).toEqual(['320', '1280']);
    expect(executed).toBe(2);
  });

  test.each(['@include(if: $flag)', '@skip(if: $flag)'])('selections with a different %s', async (directive) => {
    const withFlag = (flag: boolean) => selecting(world, `id status ${directive}`, { flag }, '$flag: Boolean!');
    const { results, executed } = await compare(world, [
      [reader, withFlag(true)],
      [reader, withFlag(false)],
    ]);
    expect(results.map((analysis) => 'status' in analysis).sort()).toEqual([false, true]);
    expect(executed).toBe(2);
  });

  test('two operations of one document', async () => {
    const both = ['id', 'status'].map((field) =>
      selecting(world, field).query.replace('subscription', `subscription ${field}`),
    );
    const query = both.join('\n');
    const { variables } = selecting(world, 'id');
    const { results, executed } = await compare(world, [
      [reader, { query, variables, operationName: 'id' }],
      [reader, { query, variables, operationName: 'status' }],
    ]);
    expect(results).toEqual([{ id: expect.any(String) }, { status: 'QUEUED' }]);
    expect(executed).toBe(2);
  });
});

/** Arguments of subscriptions that need some. */
const args: Record<string, (ids: NarrowedWorld['own']['ids']) => string> = {
  analysisEvents: () => 'filter: {}, ',
  correctionEvents: () => 'filter: {}, ',
  videoEvents: () => 'filter: {}, ',
  batchEvents: ({ batch }) => `batchId: "${batch}", `,
  exportEvents: ({ export: id }) => `id: "${id}", `,
  catalogImportEvents: ({ catalogImport }) => `id: "${catalogImport}", `,
};
/** Their cost is that of a page of pages. */
const costly = new Set(['Correction.analysis', 'Correction.detection']);

test.each(
  listRootFields(schema).filter(
    ({ kind, field }) => kind === 'subscription' && field.args.some(({ name }) => name === 'after'),
  ),
)('$name shows nothing that depends on more of its caller than responses are told apart by', async ({ field }) => {
  const { ids, user, eventCursor } = world.own;
  const selection = selectAll(field.type, 2, costly);
  const given = `${args[field.name]?.(ids) ?? ''}after: "${eventCursor}"`;
  const events = user.stream(`subscription { ${field.name}(${given}) ${selection} }`);
  // Throws if the event has an error.
  expect((await events.next()).value.cursor).toEqual(expect.any(String));
  await user.close();
});
