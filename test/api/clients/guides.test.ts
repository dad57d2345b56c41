import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { codeIn, runDocumented } from '../../support/documented.ts';
import { exampleProducts } from '../../support/examples.ts';
import { projectRoot } from '../../support/readme.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** What each page of docs/guide shows, as people run it, with a real engine. */
const guides = 'docs/guide';
const shelf = path.join(projectRoot, 'examples/shelves/1-breakfast.jpg');
const astronaut = path.join(projectRoot, 'test/fixtures/pictures/astronaut.jpg');

let server: TestSightline;
beforeAll(async () => {
  server = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
});
afterAll(() => server?.close());

/** An organisation of its own: what another guide has put into the catalogue would be found as well. */
async function createGuest(): Promise<{ user: User; apiKey: string }> {
  const { apiKey } = await server.createTenant({ scopes: ['ADMIN'] });
  const user = createUser({ url: server.url, apiKey });
  onTestFinished(() => user.close());
  return { user, apiKey };
}

function commands(page: string, containing: string, apiKey: string): Promise<string> {
  return runDocumented(path.join(guides, page), containing, { url: server.url, apiKey, photo: shelf });
}

/** The operation of a page that has these words. */
function operation(page: string, containing: string): string {
  return codeIn(path.join(guides, page), 'graphql').find((code) => code.includes(containing))!;
}

/** Runs a task on a picture, and asks what a page asks. */
async function ask(user: User, page: string, containing: string, taskId: string, picture: string): Promise<Data> {
  const submitted = await submitBatch(user, [{ source: { base64: readFileSync(picture, 'base64') } }], { taskId });
  await awaitEnd(user, submitted);
  return (await user.run(operation(page, containing), { id: submitted.ids[0] })).node;
}

const recipes: Record<string, () => Promise<void>> = {
  async 'codes.md'() {
    const { user } = await createGuest();
    const [product] = await exampleProducts('querrick-oat-rings');
    const itemId = await createExampleItem(user, product!);
    const mutation = operation('codes.md', 'updateCatalogItem').replace('item_…', itemId);
    const { updateCatalogItem, createTask: task } = await user.run(mutation);
    expect(updateCatalogItem).toEqual({ id: itemId, barcode: '4006381333931' });
    expect(task).toMatchObject({ readCodes: true });
    const analysis = await ask(user, 'codes.md', 'quadrilateral', task.id, shelf);
    expect(analysis).toMatchObject({ status: 'SUCCEEDED', codes: expect.any(Array), warnings: [] });
  },

  async 'corrections.md'() {
    const { user, apiKey } = await createGuest();
    const [product] = await exampleProducts('querrick-oat-rings');
    await awaitActive(user, [await createExampleItem(user, product!)]);
    const picture = { source: { base64: readFileSync(shelf, 'base64') } };
    await awaitEnd(user, await submitBatch(user, [picture], { taskId: await createTask(user) }));
    const answers = (await commands('corrections.md', 'correctDetections', apiKey)).trim().split('\n');
    const [, corrected, result] = answers.map((line) => JSON.parse(line).data);
    const { results } = corrected.correctDetections;
    expect(results.map(({ verdict }: Data) => verdict)).toEqual(['ITEM', 'NOT_A_PRODUCT', 'UNKNOWN']);
    const [analysis] = result.analyses.nodes;
    expect(analysis.detections.filter(({ correction }: Data) => correction !== null)).toHaveLength(2);
  },

  async 'plans.md'() {
    const { user, apiKey } = await createGuest();
    const customIds = {
      'querrick-oat-rings': 'oats',
      'dunnaby-plum-jam': 'jam',
      'kolvaro-dark-roast': 'coffee',
      'wimborel-mint-tea': 'mint',
      'wimborel-rosehip-tea': 'rosehip',
    };
    const made: string[] = [];
    for (const [slug, customId] of Object.entries(customIds)) {
      const [product] = await exampleProducts(slug);
      made.push(await createExampleItem(user, { ...product!, customId }));
    }
    await awaitActive(user, made);
    const printed = await commands('plans.md', 'createPlanogram', apiKey);
    const [plan, score, ...differences] = printed.trim().split('\n');
    expect(plan).toBe('{"name":"Bay 7"}');
    expect(score).toMatch(/^score 0\.\d+$/);
    // The teas have changed places.
    expect(differences).toEqual([
      expect.stringMatching(/^shelf 3, position [23]: (mint|rosehip) is OUT_OF_ORDER, 0 of 6$/),
    ]);
  },

  async 'prices.md'() {
    const { user } = await createGuest();
    const { createTask: task } = await user.run(operation('prices.md', 'currency: "EUR"'));
    expect(task).toMatchObject({ currency: 'EUR' });
    const analysis = await ask(user, 'prices.md', 'priceTags', task.id, shelf);
    expect(analysis).toMatchObject({ status: 'SUCCEEDED', priceTags: expect.any(Array) });
  },

  async 'text.md'() {
    const { apiKey } = await createGuest();
    const lines = (await commands('text.md', 'readText: true', apiKey)).trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^[01](\.\d+)?\t./);
  },

  async 'video.md'() {
    const { apiKey } = await createGuest();
    const [frames, ...tracks] = (await commands('video.md', 'analyzeVideo', apiKey)).trim().split('\n');
    expect(frames).toBe('12 frames');
    expect(tracks.length).toBeGreaterThan(10);
    for (const line of tracks) expect(line).toMatch(/^[\d.]+–[\d.]+ s\t./);
  },

  async 'wildlife.md'() {
    const { user } = await createGuest();
    const { createTask: detecting } = await user.run(operation('wildlife.md', 'type: DETECTION'));
    const { createTask: filter } = await user.run(operation('wildlife.md', 'type: FILTER'));
    expect(filter.acceptGroups).toEqual(['animal']);
    const { createTask: entrance } = await user.run(operation('wildlife.md', 'blurPeople'));
    expect(entrance.privacy).toEqual({ blurPeople: 'HEADS', keepOriginal: true });
    const found = await ask(user, 'wildlife.md', 'objectness', detecting.id, astronaut);
    expect(found.detections.map(({ label }: Data) => label.group)).toEqual(['person']);
    expect(found.labels.map(({ name }: Data) => name)).toContain('person');
  },
};

/** Not every machine has what the commands need. */
const curlIsHere = spawnSync('bash', ['-c', 'command -v curl && command -v jq']).status === 0;
if (!curlIsHere) console.warn('NOT TESTED, for want of bash, curl or jq: docs/guide');

test.runIf(curlIsHere).each(readdirSync(path.join(projectRoot, guides)))('%s does what it says', async (page) => {
  const recipe = recipes[page];
  if (!recipe) throw new Error(`No recipe of ${guides}/${page} is run: add it to this test.`);
  await recipe();
});
