import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { correct, item, missed } from '../corrections/client.ts';
import { createItems, createPlanogram, judge, shelfOf, sideBySide } from './client.ts';

let sightline: TestSightline;
let user: User;
let [tea, jam]: string[] = [];
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  [tea, jam] = await createItems(user, 'tea', 'jam');
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function urlsOf(id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Analysis {
    found: planogramUrl corrected: planogramUrl(basis: CORRECTED) } } }`;
  return (await user.run(query, { id })).node;
}

async function titlesOf(url: string): Promise<string[]> {
  const svg = await (await fetch(url)).text();
  return [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title!);
}

test('leads to a drawing of the plan and what was found, on either basis', async () => {
  const taskId = await createTask(user, { findGaps: true });
  await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam') });
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!));
  const { found, corrected } = await urlsOf(id);
  const answer = await fetch(found);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/svg+xml');
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const { format, width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  expect([format, width]).toEqual(['svg', 1_400]);
  expect(await titlesOf(found)).toEqual(['Item: as planned, 1 of 1', 'Item: missing, 0 of 1', 'Item: as planned']);
  await correct(user, missed(id, { x: 1_210, y: 1_500, width: 200, height: 400 }, item(jam!)));
  expect(await titlesOf(corrected)).not.toContain('Item: missing, 0 of 1');
  expect(await titlesOf(found)).toContain('Item: missing, 0 of 1');
  const head = await fetch(found, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('there is none without a planogram, for another basis than the signed one, and after a deletion', async () => {
  const taskId = await createTask(user);
  const plain = await judge(sightline, user, { taskId }, sideBySide(tea!));
  expect(await urlsOf(plain)).toEqual({ found: null, corrected: null });
  await createPlanogram(user, { taskId, content: shelfOf('tea') });
  const id = await judge(sightline, user, { taskId }, sideBySide(tea!));
  const { found } = await urlsOf(id);
  expect((await fetch(found.replace('FOUND', 'CORRECTED'))).status).toBe(403);
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { __typename } }', { ids: [id] });
  expect((await fetch(found)).status).toBe(404);
});
